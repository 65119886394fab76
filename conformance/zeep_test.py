"""Python's zeep against the emulator's SOAP service.

One process for all checks: zeep takes its time over NetSuite's WSDL. The checks run with the WSDL that the emulator serves, and with NetSuite's own,
which is no part of this repository: SLUICE_SHARED, or ../shared beside it, has it or the checks are skipped.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import string
import subprocess
import time
import unittest
import urllib.request
from pathlib import Path

import zeep
from zeep.exceptions import Fault

ROOT = Path(__file__).parent.parent
BINARY = os.environ.get("SLUICE_BINARY", str(ROOT / "bin" / "sluice"))
SHARED = Path(os.environ.get("SLUICE_SHARED", ROOT.parent / "shared"))
DELETED_RECORDS = "ADMI_DELETEDRECORD"


class Checks:
    """The checks. wsdl() and version say which description they rest on."""

    version = None

    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen(
            [BINARY, "emulate", "--json", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        cls.addClassCleanup(cls.stop)
        cls.account = json.loads(cls.process.stdout.readline())
        cls.base = cls.account["base_url"].rstrip("/")
        cls.control("PATCH", "account/roles/1001", {"permissions": {DELETED_RECORDS: "Full"}})
        client = zeep.Client(cls.wsdl())
        # NetSuite's WSDL names an address that must not be used: the account's own comes in its place.
        cls.service = client.create_service(
            f"{{urn:platform_{cls.version}.webservices.netsuite.com}}NetSuiteBinding",
            f"{cls.base}/services/NetSuitePort_{cls.version}",
        )
        cls.client = client

    @classmethod
    def stop(cls):
        cls.process.terminate()
        cls.process.wait()
        cls.process.stdout.close()

    @classmethod
    def control(cls, method, path, body):
        request = urllib.request.Request(f"{cls.base}/_emulator/{path}", json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def type(self, area, name):
        domain = {"core": "platform", "messages": "platform", "common": "platform", "relationships": "lists", "sales": "transactions"}[area]
        return self.client.get_type(f"{{urn:{area}_{self.version}.{domain}.webservices.netsuite.com}}{name}")

    def passport(self, secret=None):
        account = self.account
        nonce = "".join(random.choices(string.ascii_letters + string.digits, k=20))
        stamp = str(int(time.time()))
        base = "&".join([account["account"], account["consumer_key"], account["token_id"], nonce, stamp])
        key = f"{account['consumer_secret']}&{secret or account['token_secret']}"
        signature = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()
        return self.type("core", "TokenPassport")(
            account=account["account"],
            consumerKey=account["consumer_key"],
            token=account["token_id"],
            nonce=nonce,
            timestamp=stamp,
            signature=self.type("core", "TokenPassportSignature")(signature, algorithm="HMAC-SHA256"),
        )

    def call(self, operation, *args, secret=None, **headers):
        headers["tokenPassport"] = self.passport(secret)
        return getattr(self.service, operation)(*args, _soapheaders=headers)["body"]

    def customer(self, external, name):
        return self.type("relationships", "Customer")(
            externalId=external, companyName=name, subsidiary=self.type("core", "RecordRef")(internalId="1")
        )

    def ref(self, external):
        return self.type("core", "RecordRef")(externalId=external, type="customer")

    def test_life_of_customers(self):
        added = self.call("add", self.customer("zeep-1", "Zeep & Söhne"))["writeResponse"]
        self.assertTrue(added["status"]["isSuccess"], added)
        read = self.call("get", self.ref("ZEEP-1"))["readResponse"]
        self.assertEqual(read["record"]["companyName"], "Zeep & Söhne")
        self.assertEqual(read["record"]["internalId"], added["baseRef"]["internalId"])

        records = [self.customer(f"zeep-{n}", f"Zeep {n}") for n in range(1, 8)] + [self.customer(None, "No key")]
        answers = self.call("upsertList", records)["writeResponseList"]["writeResponse"]
        self.assertEqual([a["status"]["isSuccess"] for a in answers], [True] * 7 + [False])
        self.assertEqual(answers[0]["baseRef"]["internalId"], added["baseRef"]["internalId"])
        self.assertEqual(answers[7]["status"]["statusDetail"][0]["code"], "USER_ERROR")

        gone = self.call("delete", self.ref("zeep-7"), None)["writeResponse"]
        self.assertTrue(gone["status"]["isSuccess"], gone)
        window = self.type("core", "SearchDateField")(
            operator="within", searchValue="2000-01-01T00:00:00Z", searchValue2="2999-01-01T00:00:00Z"
        )
        wanted = self.type("core", "SearchEnumMultiSelectField")(operator="anyOf", searchValue=["customer"])
        chosen = self.type("core", "GetDeletedFilter")(deletedDate=window, type=wanted)
        deleted = self.call("getDeleted", chosen, 1)["getDeletedResult"]
        self.assertTrue(deleted["status"]["isSuccess"], deleted)
        ids = [d["record"]["internalId"] for d in deleted["deletedRecordList"]["deletedRecord"]]
        self.assertEqual(ids, [answers[6]["baseRef"]["internalId"]])

    def test_two_pages(self):
        kind = self.type("core", "SearchEnumMultiSelectField")(operator="anyOf", searchValue=["_salesOrder"])
        search = self.type("sales", "TransactionSearch")(basic=self.type("common", "TransactionSearchBasic")(type=kind))
        preferences = self.type("messages", "SearchPreferences")(pageSize=70, bodyFieldsOnly=False)
        first = self.call("search", search, searchPreferences=preferences)["searchResult"]
        self.assertTrue(first["status"]["isSuccess"], first)
        self.assertEqual((first["totalPages"], len(first["recordList"]["record"])), (2, 70))
        second = self.call("searchMoreWithId", first["searchId"], 2, searchPreferences=preferences)["searchResult"]
        records = first["recordList"]["record"] + second["recordList"]["record"]
        self.assertEqual(len({r["internalId"] for r in records}), first["totalRecords"])
        self.assertTrue(all(len(r["itemList"]["item"]) > 0 and r["tranId"] for r in records))

    def test_refused_login(self):
        with self.assertRaises(Fault) as refused:
            self.call("getServerTime", secret="wrong")
        self.assertIn("Invalid login attempt", refused.exception.message)
        self.assertEqual(refused.exception.detail[0].tag.rpartition("}")[2], "invalidCredentialsFault")


class OwnDescription(Checks, unittest.TestCase):
    version = "2025_2"

    @classmethod
    def wsdl(cls):
        return f"{cls.base}/wsdl/v{cls.version}_0/netsuite.wsdl"

    def test_address(self):
        """The emulator's WSDL names the emulator: its own service can be used as it is."""
        answer = self.client.service.getServerTime(_soapheaders={"tokenPassport": self.passport()})
        self.assertTrue(answer["body"]["getServerTimeResult"]["status"]["isSuccess"])


class PublishedDescription(Checks, unittest.TestCase):
    version = "2023_2"
    file = SHARED / "wsdl" / "2023_2" / "netsuite.wsdl"

    @classmethod
    def setUpClass(cls):
        if not cls.file.exists():
            raise unittest.SkipTest(f"no published WSDL at {cls.file}")
        super().setUpClass()

    @classmethod
    def wsdl(cls):
        return str(cls.file)


if __name__ == "__main__":
    unittest.main(verbosity=2)
