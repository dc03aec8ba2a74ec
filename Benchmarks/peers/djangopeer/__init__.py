"""A site that invites with django-invitations or with django-organizations, as their documentation has it."""
