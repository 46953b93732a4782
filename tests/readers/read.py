"""What readers that are not ours make of an export, as JSON: `read.py csv|markdown FILE`."""

import csv
import json
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def report(path):
    from markdown_it import MarkdownIt

    with open(path, encoding="utf-8") as file:
        text = file.read()
    # HTML and bare addresses are let through, so that a name that is one would show.
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(text)
    found = {"tables": [], "headings": [], "fences": [], "html": 0, "links": 0, "words": []}
    is_table = False
    for token in tokens:
        if token.type == "table_open":
            is_table = True
            found["tables"].append([])
        elif token.type == "table_close":
            is_table = False
        elif token.type == "tr_open":
            found["tables"][-1].append([])
        elif token.type == "heading_open":
            found["headings"].append(int(token.tag[1]))
        elif token.type == "fence":
            found["fences"].append([token.info, token.content])
        elif token.type == "html_block":
            found["html"] += 1
        elif token.type == "inline":
            words = "".join(child.content for child in token.children)
            kinds = {child.type for child in token.children}
            found["html"] += "html_inline" in kinds
            found["links"] += bool(kinds & {"link_open", "image"})
            if kinds & {"strong_open", "s_open"}:
                raise SystemExit(f"bold or struck through: {words!r}")
            if is_table:
                found["tables"][-1][-1].append(words)
            found["words"].append(words)
    return found


READERS = {"csv": rows, "markdown": report}
json.dump(READERS[sys.argv[1]](sys.argv[2]), sys.stdout)
