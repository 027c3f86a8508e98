"""A Django REST Framework service on the register's PostgreSQL, as a peer: it does the bare row reads and writes of a report, and
none of the rest (no law, no encryption, no audit, no receipt, no idempotency). Started by gunicorn; `PEER_DATABASE` names the
database, the tables are the copies in the schema `peer`."""

import os
import urllib.parse

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction

URL = urllib.parse.urlsplit(os.environ["PEER_DATABASE"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, SECRET_KEY="of a benchmark on this machine", USE_TZ=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": URL.hostname, "PORT": URL.port, "USER": URL.username,
        "NAME": URL.path.strip("/"), "CONN_MAX_AGE": None, "OPTIONS": {"options": "-c search_path=peer,public"},
    }},
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None,
                    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
                    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"]},
)
django.setup()

from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402

# One row of each table that a report writes, like the newest the register wrote, under a new id.
WRITES = os.environ["PEER_WRITES"].split("\n")


@api_view(["POST"])
def write(request, registration):
    """The rows of one report, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in WRITES:
            cursor.execute(statement, {"registration": registration})
    return Response({"registration": registration}, status=201)


@api_view(["GET"])
def read(_, registration):
    """The row of a registration and its next duty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, stage, activated_on, version FROM registrations WHERE id = %s", [registration])
        row = cursor.fetchone()
        cursor.execute("SELECT id, kind, due_on FROM duties WHERE registration_id = %s AND outcome = 'pending' "
                       "ORDER BY due_on LIMIT 1", [registration])
        duty = cursor.fetchone()
    return Response({"id": row[0], "stage": row[1], "activatedOn": row[2], "version": row[3],
                     "nextDuty": duty and {"id": duty[0], "kind": duty[1], "dueOn": duty[2]}})


urlpatterns = [path("registrations/<str:registration>", read), path("registrations/<str:registration>/stays", write)]
application = get_wsgi_application()
