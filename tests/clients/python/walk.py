"""The README's walk-through with the generated Python client: sign in, list duties, report a move, verify the receipt."""

import base64
import datetime
import json
import os
import time

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from zedenregister_client import AuthenticatedClient, Client
from zedenregister_client.api.duties import list_duties
from zedenregister_client.api.notifications import notify_address
from zedenregister_client.api.registrations import read_registration
from zedenregister_client.api.sign_in import sign_in
from zedenregister_client.models import AddressDutch, AddressDutchType, AddressReport, Identity, Problem, SignIn

url = os.environ["ZEDEN_URL"]


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verified(receipt):
    """The claims of a receipt whose signature holds against the published keys."""
    keys = {key["kid"]: key for key in httpx.get(f"{url}/.well-known/jwks.json").json()["keys"]}
    head, claims, signature = receipt.split(".")
    key = keys[json.loads(raw(head))["kid"]]
    assert key["purpose"] == "receipt"
    Ed25519PublicKey.from_public_bytes(raw(key["x"])).verify(raw(signature), f"{head}.{claims}".encode())
    return json.loads(raw(claims))


def address(postcode):
    return AddressDutch(street="Proeflaan", house_number=7, postcode=postcode, city="Proefdorp", type_=AddressDutchType.DUTCH)


token = sign_in.sync(client=Client(f"{url}/v1"), body=SignIn("registrant", os.environ["ZEDEN_PASSWORD"]))
client = AuthenticatedClient(f"{url}/v1", token.access_token)
duties = list_duties.sync("me", client=client).items
assert duties, "the registrant has no duties"

person = read_registration.sync("me", client=client)
report = AddressReport(Identity(person.birth_date, [person.name], address("1234 AB")), address("2345 BC"), datetime.date.today())
answer = notify_address.sync("me", client=client, body=report, idempotency_key=f"python-{time.time_ns()}")
claims = verified(answer.receipt)
assert claims["sub"] == str(answer.id) and claims["thisIsANotification"] is True, claims

report.address = address("0000 XX")
refused = notify_address.sync("me", client=client, body=report, idempotency_key=f"python-bad-{time.time_ns()}")
assert isinstance(refused, Problem) and refused.status == 400, refused
assert [fault.pointer for fault in refused.errors] == ["/address/postcode"], refused.errors
print(f"python: {len(duties)} duties, move {answer.id} reported, receipt verified, a bad postcode refused")
