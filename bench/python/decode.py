"""Decodes a SOAP answer with zeep, as often as told, and prints what came.

Arguments: the WSDL, the file with the answer, the number of times. Loading the
WSDL is not timed.
"""
import json
import resource
import sys
import time

import zeep
from zeep.loader import parse_xml


def main(wsdl, path, times):
    client = zeep.Client(wsdl, settings=zeep.Settings(xml_huge_tree=True, strict=False))
    search = client.service._binding.get("search")
    with open(path, "rb") as file:
        text = file.read()
    records = 0
    start = time.monotonic()
    for _ in range(times):
        answer = search.process_reply(parse_xml(text, client.transport, settings=client.settings))
        records += len(answer.body.searchResult.recordList.record)
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"count": records, "seconds": seconds, "bytes": len(text) * times, "peak": peak}))


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
