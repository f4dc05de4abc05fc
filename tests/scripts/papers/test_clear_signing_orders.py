"""The ERC-7730 descriptor of an order: everything that a maker signs is shown, under the very type that is hashed."""

import copy
import json
import re
from pathlib import Path

import pytest

from offchain.core.units import NATIVE
from tests.model.settlement import NAME, ORDER, VERSION, Standard, type_of

ROOT = Path(__file__).resolve().parents[3]
DESCRIPTOR = json.loads((ROOT / "docs" / "erc7730" / "eip712-QuittanceSettlement.json").read_text())
SCHEMA = "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json"
ADDRESS_TYPES = {"wallet", "eoa", "contract", "token", "collection"}
STANDARDS = "$.metadata.enums.standard"
# format: the types that it shows, and all of its parameters
FORMATS = {
    "raw": ({"uint256", "bool"}, set()),
    "addressName": ({"address"}, {"types"}),
    "tokenAmount": ({"uint256"}, {"tokenPath", "nativeCurrencyAddress"}),
    "date": ({"uint256"}, {"encoding"}),
    "unit": ({"uint256"}, {"base", "decimals"}),
    "enum": ({"uint8"}, {"$ref"}),
}


def faults(descriptor):
    """What breaks the format's rules or leaves something that is signed unsaid, one sentence each."""
    wrong, types = [], dict(ORDER)

    def require(holds, sentence):
        if not holds:
            wrong.append(sentence)

    require(set(descriptor) == {"$schema", "context", "metadata", "display"}, "the parts of the file")
    require(descriptor["$schema"] == SCHEMA, "the schema")
    require(descriptor["context"]["eip712"] == {"domain": {"name": NAME, "version": VERSION}}, "the domain")
    named = descriptor["metadata"].get("enums", {}).get("standard", {})
    require(list(named) == [str(int(each)) for each in Standard], "a name for each standard")
    require(all(f"ERC-{each.name[3:]}" in named.get(str(int(each)), "") for each in Standard), "the right name")
    require(list(descriptor["display"]["formats"]) == [type_of()], "the type that is signed")
    form = descriptor["display"]["formats"].get(type_of(), {"fields": []})
    require(set(form) == {"intent", "interpolatedIntent", "fields"}, "the parts of the format")
    require(sorted(field.get("path", "") for field in form["fields"]) == sorted(types), "every value, once")
    for name in re.findall(r"{([^}]*)}", form.get("interpolatedIntent", "")):
        require(name in types, f"{name} in the intent")
    for field in form["fields"]:
        place, parameters = field.get("path"), field.get("params", {})
        shows, needed = FORMATS.get(field.get("format"), (set(), set()))
        require(types.get(place) in shows, f"{place}: shown as what it is")
        require(set(parameters) == needed, f"{place}: the parameters")
        require(bool(field.get("label")) and set(field) <= {"path", "label", "format", "params"}, f"{place}: the parts")
        require(set(parameters.get("types", [])) <= ADDRESS_TYPES, f"{place}: the types of addresses")
        require(parameters.get("encoding", "timestamp") == "timestamp", f"{place}: a date in seconds")
        require(parameters.get("tokenPath", "currency") == "currency", f"{place}: in the currency of the order")
        require(parameters.get("nativeCurrencyAddress", NATIVE) == NATIVE, f"{place}: the native coin")
        require(parameters.get("$ref", STANDARDS) == STANDARDS, f"{place}: the names of the standards")
        require((parameters.get("base", "%"), parameters.get("decimals", 2)) == ("%", 2), f"{place}: basis points")
    return wrong


def test_the_descriptor_shows_everything_that_is_signed():
    assert faults(DESCRIPTOR) == []


def form_of(descriptor):
    return descriptor["display"]["formats"][type_of()]


def field_of(descriptor, path):
    return next(field for field in form_of(descriptor)["fields"] if field["path"] == path)


def rename_the_type(descriptor):
    formats = descriptor["display"]["formats"]
    formats["Order(address maker)"] = formats.pop(type_of())


BROKEN = {
    "a value left out": lambda d: form_of(d)["fields"].pop(),
    "a value shown twice": lambda d: form_of(d)["fields"].append(form_of(d)["fields"][0]),
    "a value that is not signed": lambda d: field_of(d, "taker").update(path="recipient"),
    "a type that is not hashed": rename_the_type,
    "another domain": lambda d: d["context"]["eip712"]["domain"].update(version="2.0.0"),
    "an unknown format": lambda d: field_of(d, "id").update(format="number"),
    "a price as a date": lambda d: field_of(d, "price").update(format="date"),
    "a price in the asset": lambda d: field_of(d, "price")["params"].update(tokenPath="asset"),
    "another native coin": lambda d: field_of(d, "price")["params"].update(nativeCurrencyAddress="0x1"),
    "a fee a hundred times too low": lambda d: field_of(d, "maxFeeBps")["params"].update(decimals=4),
    "an expiry in blocks": lambda d: field_of(d, "expiry")["params"].update(encoding="blockheight"),
    "standards mixed up": lambda d: d["metadata"]["enums"]["standard"].update({"0": "a unique token (ERC-721)"}),
    "a standard left out": lambda d: d["metadata"]["enums"]["standard"].pop("2"),
    "a field without a label": lambda d: field_of(d, "maker").pop("label"),
    "an intent about nothing": lambda d: form_of(d).update(interpolatedIntent="Sell {much}"),
    "something of its own": lambda d: d.update(note="x"),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_broken_descriptor_is_found(spoil):
    broken = copy.deepcopy(DESCRIPTOR)
    spoil(broken)
    assert faults(broken) != []
