"""The library's own views, where its documentation puts them."""

from django.conf import settings
from django.urls import include, path

if settings.LIBRARY == "invitations":
    urlpatterns = [path("invitations/", include("invitations.urls", namespace="invitations"))]
else:
    from organizations.backends import invitation_backend

    urlpatterns = [
        path("organizations/", include("organizations.urls")),
        path("invitations/", include(invitation_backend().get_urls())),
    ]
