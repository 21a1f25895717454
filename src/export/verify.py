#!/usr/bin/env python3
"""Checks a bundle of fineprint: python3 verify.py [FOLDER]. Needs Python 3.8, and nothing else.

It checks, in this order, and stops at nothing: every file against SHA256SUMS; the records of the
web archive against their digests; the chain of the page and the seal that covers it; the pages and
texts against the chain; what the manifest says of the looks against the chain. It ends with 0 if
all is well, else with 1.
"""
import datetime
import gzip
import hashlib
import json
import os
import re
import sys

problems = []


def problem(text):
    problems.append(text)
    print("NOT OK:", text)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read(path):
    with open(os.path.join(folder, *path.split("/")), "rb") as file:
        return file.read()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def files():
    """Every byte of every file: SHA256SUMS must be what is computed anew from what is there."""
    found = []
    for place, _, names in os.walk(folder):
        # What a desktop leaves behind, such as .DS_Store, is not part of the bundle.
        names = [name for name in names if not name.startswith(".")]
        found += [os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/") for name in names]
    summed = sorted((name for name in found if not name.startswith("SHA256SUMS")), key=lambda name: name.encode())
    expected = "".join("%s  %s\n" % (sha256(read(name)), name) for name in summed)
    given = read("SHA256SUMS").decode("utf-8", "replace")
    if given != expected:
        differing = sorted(set(given.split("\n")) ^ set(expected.split("\n")))
        problem("SHA256SUMS does not fit the files: " + ", ".join(sorted({line[66:] or line for line in differing})))
    return len(summed)


def warc_records(data):
    """The records of a web archive: header fields, HTTP head, payload."""
    at = 0
    while at < len(data):
        end = data.index(b"\r\n\r\n", at) + 4
        lines = data[at:end].decode().split("\r\n")
        if lines[0] != "WARC/1.1":
            raise ValueError("not a WARC record at byte %d" % at)
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        block = data[end:end + int(fields["Content-Length"])]
        at = end + len(block) + 4
        if data[at - 4:at] != b"\r\n\r\n":
            raise ValueError("a record does not end at byte %d" % at)
        head, payload = b"", block
        if fields["Content-Type"].startswith("application/http"):
            cut = block.index(b"\r\n\r\n") + 4
            head, payload = block[:cut], block[cut:]
        yield fields, block, head, payload


def pages():
    """The pages of the archive, by the name of their records, with what is recorded about them."""
    found, about = {}, {}
    for fields, block, head, payload in warc_records(gzip.decompress(read("pages.warc.gz"))):
        name = fields["WARC-Record-ID"]
        if fields["WARC-Block-Digest"] != "sha256:" + sha256(block):
            problem("pages.warc.gz: the block of %s has another digest" % name)
        if fields["WARC-Type"] == "response":
            if fields["WARC-Payload-Digest"] != "sha256:" + sha256(payload):
                problem("pages.warc.gz: the page in %s has another digest" % name)
            found[name] = (fields, payload)
        elif fields["WARC-Type"] == "metadata":
            about[fields["WARC-Concurrent-To"]] = json.loads(block)
    return found, about


def heads(lines):
    """The head of a chain behind each of its lines."""
    head = bytes(32)
    for line in lines:
        entry = json.loads(line)
        digest = bytes.fromhex(entry["withheld"]) if set(entry) == {"withheld"} else hashlib.sha256(line).digest()
        head = hashlib.sha256(head + digest).digest()
        yield head.hex()


def chain(manifest):
    """The lines of the page's chain, once its head and its seal are found right."""
    lines = read("chain/source.jsonl").split(b"\n")[:-1]
    source, entries = list(heads(lines)), [json.loads(line) for line in lines]
    said = manifest["chain"]
    if len(lines) != said["entries"] or (source or [bytes(32).hex()])[-1] != said["head"]:
        problem("chain/source.jsonl does not lead to the head that the manifest names")
    if any(a["id"] >= b["id"] for a, b in zip(entries, entries[1:])):
        problem("chain/source.jsonl is not in order")
    if any(entry["source"] != manifest["source"]["id"] for entry in entries):
        problem("chain/source.jsonl has entries of another source")
    seal = said["seal"]
    if seal is None:
        print("The chain is not sealed.")
        return entries
    archive = read("chain/archive.jsonl").split(b"\n")[:-1]
    if list(heads(archive))[-1:] != [seal["head"]]:
        problem("chain/archive.jsonl does not lead to the head that the manifest names")
    shown = [entry for entry in map(json.loads, archive) if entry.get("id") == seal["entry"]]
    named = [head for entry in shown for head in entry["content"]["heads"] if head["source"] == manifest["source"]["id"]]
    if not named or source[named[0]["entries"] - 1] != named[0]["head"]:
        problem("the seal does not cover the chain of this page")
    else:
        print("The seal covers %d of %d entries; the archive's head is %s." % (named[0]["entries"], len(lines), seal["head"]))
    if said["witness"] is not None:
        witnessed(said["witness"], archive, source, manifest["source"]["id"])
    return entries


def witnessed(witness, archive, source, name):
    """What was signed or timestamped: a head of the archive's chain, behind a seal of the page's."""
    head = list(heads(archive[:witness["entries"]]))[-1:]
    statement = read("witness/head.txt").decode()
    said = "entries: %d\nhead: %s\n" % (witness["entries"], witness["head"])
    if head != [witness["head"]] or said not in statement:
        problem("witness/head.txt is not about a head of chain/archive.jsonl")
    shown = [entry for entry in map(json.loads, archive[:witness["entries"]]) if entry.get("id") == witness["seal"]]
    named = [head for entry in shown for head in entry["content"]["heads"] if head["source"] == name]
    if not named or source[named[0]["entries"] - 1] != named[0]["head"]:
        problem("what was witnessed does not cover the chain of this page")
    else:
        print("Witnessed (see README.txt): the entries up to number %d." % named[0]["entries"])


def contents(manifest, entries):
    """Pages and texts against the chain."""
    recorded = {page["id"]: page for entry in entries for page in (entry.get("page"), entry.get("last")) if page}
    bodies = {entry.get("body") for entry in entries} | {page["body"] for page in recorded.values()}
    found, about = pages()
    for page in manifest["pages"]:
        fields, payload = found.pop(page["record"], (None, None))
        if fields is None:
            problem("page %s is not in pages.warc.gz" % page["record"])
            continue
        body, more = sha256(payload), about.get(page["record"], {})
        expected = recorded.get(page["page"])
        if body != page["body"] or body not in bodies:
            problem("page %s is not one that the chain has" % page["record"])
        if page["page"] is None:  # the latest sight: the chain has its body, and the rest once it is replaced
            continue
        if expected is None or expected["body"] != body:
            problem("page %s is not what the chain has as page %s" % (page["record"], page["page"]))
            continue
        for key in ("headers", "received"):
            if key in expected and sha256(compact(more.get(key))) != expected[key]:
                problem("the %s of page %s are not what the chain has" % (key, page["record"]))
        if (fields["WARC-Target-URI"], more.get("url")) != (expected["final_url"], expected["url"]):
            problem("the address of page %s is not what the chain has" % page["record"])
        if moment(fields["WARC-Date"]) != moment(expected["fetched_at"]):
            problem("the time of page %s is not what the chain has" % page["record"])
    for name in found:
        problem("page %s is in pages.warc.gz and not in the manifest" % name)
    texts = {entry["version"]["number"]: entry["version"]["text"] for entry in entries if entry.get("version")}
    for version in manifest["versions"]:
        if sha256(read(version["text_json"])) != texts.get(version["number"]):
            problem("%s is not what the chain has as version %s" % (version["text_json"], version["number"]))


def moment(text):
    """A time, to the millisecond."""
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    text = re.sub(r"(\.\d{1,6})\d*Z", r"\1Z", text)
    return datetime.datetime.strptime(text, form)


def looks(entries):
    """How long each version stood, counted from the chain alone."""
    stands = []
    for entry in entries:
        version, at = entry.get("version"), moment(entry["at"])
        if entry["kind"] != "check":
            continue
        if version and version["cause"] == "extractor" and stands:
            stands[-1]["number"] = version["number"]
        elif version:
            seen = moment(version["seen_at"])
            stands.append({"number": version["number"], "first": seen, "last": seen, "looks": 1, "others": 0, "gap": datetime.timedelta()})
        elif stands and entry["outcome"] in ("not_modified", "unchanged", "first", "changed"):
            stand = stands[-1]
            stand["gap"] = max(stand["gap"], at - stand["last"])
            stand["last"], stand["looks"] = at, stand["looks"] + 1
        elif stands:
            stands[-1]["others"] += 1
    return {stand["number"]: stand for stand in stands}


def history(manifest, entries):
    """What the manifest, and the statement with it, says of the looks."""
    counted = looks(entries)
    for version in manifest["versions"]:
        stand = counted.get(version["number"])
        said = (moment(version["first_seen"]), moment(version["last_seen"]), version["looks"], version["other_looks"])
        if stand is None or said != (stand["first"], stand["last"], stand["looks"], stand["others"]):
            problem("the chain does not have version %s as the manifest says" % version["number"])
            continue
        if stand["looks"] == 1:
            print("Version %d: seen once, on %s UTC." % (version["number"], stand["first"]))
        else:
            print("Version %d: seen from %s to %s UTC, looked at %d times, longest gap %s." % (
                version["number"], stand["first"], stand["last"], stand["looks"], stand["gap"]))


def main():
    try:
        count = files()
        manifest = json.loads(read("manifest.json"))
        entries = chain(manifest)
        contents(manifest, entries)
        history(manifest, entries)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError) as error:
        problem("cannot be read: %s: %s" % (type(error).__name__, error))
    if problems:
        print("%d problems: this bundle is NOT what was made." % len(problems))
        return 1
    print("OK: %d files are what was made, and agree with each other and with the chain." % count)
    print("SHA-256 of SHA256SUMS, to compare with one that was written down: %s" % sha256(read("SHA256SUMS")))
    return 0


folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.exit(main())
