import UsherServer

await Usher.begin()
