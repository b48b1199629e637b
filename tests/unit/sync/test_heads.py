"""What the judge is told of a document: where its groups lie."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map

from tablee.sync.document import Document
from tablee.sync.heads import Heads


def test_a_group_is_where_its_document_says_now() -> None:
    theirs: Doc[Any] = Doc()
    clusters: Map[Any] = theirs.get("clusters", type=Map)
    document = Document()
    heads = Heads(document)
    assert heads.cluster_place("c1") is None
    clusters["c1"] = Map({"board": "sheet2.verso", "zone": "rules", "title": "Idées"})
    document.apply(theirs.get_update())
    assert heads.cluster_place("c1") == ("sheet2.verso", "rules")
    clusters["c1"]["zone"] = "bodies"
    document.apply(theirs.get_update())
    assert heads.cluster_place("c1") == ("sheet2.verso", "bodies")
    del clusters["c1"]
    document.apply(theirs.get_update())
    assert heads.cluster_place("c1") is None
