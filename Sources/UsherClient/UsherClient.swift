import UsherAPI
