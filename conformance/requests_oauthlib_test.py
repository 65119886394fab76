"""Python's requests-oauthlib against the emulator: create, read, query, delete."""

import json
import os
import subprocess
import unittest
from pathlib import Path

from requests import Session
from requests_oauthlib import OAuth1

BINARY = os.environ.get("SLUICE_BINARY", str(Path(__file__).parent.parent / "bin" / "sluice"))


class RequestsOAuthlib(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen(
            [BINARY, "emulate", "--json", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        cls.account = json.loads(cls.process.stdout.readline())
        cls.base = cls.account["base_url"].rstrip("/") + "/services/rest"

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        cls.process.wait()
        cls.process.stdout.close()

    def call(self, method, path, algorithm="HMAC-SHA256", **more):
        auth = OAuth1(
            self.account["consumer_key"],
            client_secret=self.account["consumer_secret"],
            resource_owner_key=self.account["token_id"],
            resource_owner_secret=self.account["token_secret"],
            realm=self.account["account"],
            signature_method=algorithm,
        )
        with Session() as session:
            return session.request(method, f"{self.base}/{path}", auth=auth, timeout=30, **more)

    def test_life_of_a_customer(self):
        body = {"companyName": "Python & Söhne", "externalId": "conformance-3", "subsidiary": {"id": "1"}}
        created = self.call("POST", "record/v1/customer", json=body)
        self.assertEqual(created.status_code, 204, created.text)
        ident = created.headers["Location"].rsplit("/", 1)[1]

        read = self.call("GET", f"record/v1/customer/{ident}")
        self.assertEqual(read.status_code, 200, read.text)
        self.assertEqual(read.json()["companyName"], "Python & Söhne")

        rows = self.call(
            "POST",
            "query/v1/suiteql",
            params={"limit": 5, "offset": 0},
            json={"q": "SELECT id FROM customer WHERE externalid = 'conformance-3'"},
            headers={"Prefer": "transient"},
        )
        self.assertEqual(rows.status_code, 200, rows.text)
        self.assertEqual([row["id"] for row in rows.json()["items"]], [ident])

        found = self.call("GET", "record/v1/customer", params={"q": 'companyName IS "Python & Söhne"'})
        self.assertEqual(found.status_code, 200, found.text)
        self.assertEqual([item["id"] for item in found.json()["items"]], [ident])

        self.assertEqual(self.call("DELETE", f"record/v1/customer/{ident}").status_code, 204)
        self.assertEqual(self.call("GET", f"record/v1/customer/{ident}").status_code, 404)

    def test_hmac_sha1_is_refused(self):
        refused = self.call("GET", "record/v1/customer/1", algorithm="HMAC-SHA1")
        self.assertEqual(refused.status_code, 401, refused.text)


if __name__ == "__main__":
    unittest.main()
