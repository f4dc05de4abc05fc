"""The ERC-7730 descriptor: everything that an owner signs is shown, under the very types that are hashed.

The published schema is not at hand where the tests run, so its rules for what the descriptor uses stand here.
"""

import copy
import json
import re
from pathlib import Path

import pytest

from offchain.core.units import NATIVE
from scripts.papers.agreement import NAME, TYPES, VERSION, type_of
from scripts.papers.proposal import KINDS

PATH = Path(__file__).resolve().parents[3] / "docs" / "erc7730" / "eip712-QuittanceMultiSig.json"
DESCRIPTOR = json.loads(PATH.read_text())
SCHEMA = "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json"
ADDRESS_TYPES = {"wallet", "eoa", "contract", "token", "collection"}
# format: the type that it shows, its parameters, those that it must have
FORMATS = {
    "raw": ("", set(), set()),
    "addressName": ("address", {"types", "sources", "senderAddress"}, set()),
    "tokenAmount": ("uint256", {"tokenPath", "nativeCurrencyAddress", "threshold", "message"}, {"tokenPath"}),
    "amount": ("uint256", set(), set()),
    "date": ("uint256", {"encoding"}, {"encoding"}),
    "duration": ("uint256", set(), set()),
    "calldata": ("bytes", {"calleePath", "amountPath", "selectorPath", "spenderPath"}, {"calleePath"}),
}


def leaves(kind):
    """Every value that a type holds, by its path in a descriptor, with its type."""
    found = {}
    for name, spelling in TYPES[kind]:
        inner = spelling.removesuffix("[]")
        place = f"{name}.[]" if spelling.endswith("[]") else name
        nested = {f"{place}.{path}": leaf for path, leaf in leaves(inner).items()} if inner in TYPES else {place: inner}
        found |= nested
    return found


def shown(fields):
    """The fields of a format one by one, those of groups too, with their paths from the root."""
    told = []
    for field in fields:
        if "fields" not in field:
            told.append(field)
            continue
        for inner in field["fields"]:
            paths = {n: rooted(field["path"], v) for n, v in inner.get("params", {}).items() if n.endswith("Path")}
            made = {**inner, "path": rooted(field["path"], inner["path"])}
            told.append({**made, "params": {**inner["params"], **paths}} if paths else made)
    return told


def rooted(group, path):
    """A path inside a group is relative to the group's, unless it begins at the root."""
    return path.removeprefix("#.") if path.startswith("#.") else f"{group}.{path}"


def faults(descriptor):
    """What breaks the format's rules or leaves something that is signed unsaid, one sentence each."""
    wrong = []

    def require(holds, sentence):
        if not holds:
            wrong.append(sentence)

    require(set(descriptor) == {"$schema", "context", "metadata", "display"}, "the parts of the file")
    require(descriptor["$schema"] == SCHEMA, "the schema")
    context = descriptor["context"]
    require(set(context) <= {"$id", "eip712"}, "the context")
    require(context["eip712"] == {"domain": {"name": NAME, "version": VERSION}}, "the domain")
    require(set(descriptor["metadata"]) == {"owner", "contractName"}, "the metadata")
    require(set(descriptor["display"]) == {"formats"}, "the display")
    formats = descriptor["display"]["formats"]
    require(list(formats) == [type_of(kind) for kind in KINDS], "one format for each type that is signed")
    for kind in KINDS:
        form = formats.get(type_of(kind), {"fields": []})
        require(set(form) == {"intent", "interpolatedIntent", "fields"}, f"{kind}: the parts of the format")
        values, told = leaves(kind), shown(form["fields"])
        require(sorted(field.get("path", "") for field in told) == sorted(values), f"{kind}: every value, once")
        for name in re.findall(r"{([^}]*)}", form.get("interpolatedIntent", "")):
            require(name in values, f"{kind}: {name} in the intent")
        for field in form["fields"]:
            if "fields" in field:
                require(set(field) == {"path", "label", "fields"}, f"{kind}: a group's parts")
                require(field["path"].removesuffix(".[]") in dict(TYPES[kind]), f"{kind}: a group of a list")
        for field in told:
            wrong += [f"{kind}: {sentence}" for sentence in field_faults(field, values)]
    return wrong


def field_faults(field, values):
    wrong = []
    place, name, parameters = field.get("path"), field.get("format"), field.get("params", {})
    if name not in FORMATS:
        return [f"{place}: no format is called {name}"]
    kind, allowed, needed = FORMATS[name]
    if not set(field) <= {"path", "label", "format", "params"} or not field.get("label"):
        wrong.append(f"{place}: the parts of the field")
    if kind and values.get(place) != kind:
        wrong.append(f"{place}: {name} shows {kind}")
    if not needed <= set(parameters) <= allowed:
        wrong.append(f"{place}: the parameters of {name}")
    if not set(parameters.get("types", [])) <= ADDRESS_TYPES:
        wrong.append(f"{place}: the types of addresses")
    if name == "date" and parameters.get("encoding") != "timestamp":
        wrong.append(f"{place}: a date in seconds")
    if parameters.get("nativeCurrencyAddress", NATIVE) != NATIVE:
        wrong.append(f"{place}: the address of the native coin")
    for parameter in parameters:
        if parameter.endswith("Path") and parameters[parameter] not in values:
            wrong.append(f"{place}: {parameter} leads nowhere")
    return wrong


def test_the_descriptor_shows_everything_that_is_signed():
    assert faults(DESCRIPTOR) == []


def test_an_amount_is_shown_in_the_token_of_the_act_and_zero_is_the_native_coin():
    amounts = [
        field
        for form in DESCRIPTOR["display"]["formats"].values()
        for field in shown(form["fields"])
        if field["format"] == "tokenAmount"
    ]
    assert [field["path"] for field in amounts] == ["amount", "total", "payouts.[].amount"]
    assert {(f["params"]["tokenPath"], f["params"]["nativeCurrencyAddress"]) for f in amounts} == {("token", NATIVE)}


def form_of(descriptor, kind):
    return descriptor["display"]["formats"][type_of(kind)]


def rename_a_type(descriptor):
    formats = descriptor["display"]["formats"]
    formats["Payment(address to,uint256 amount)"] = formats.pop(type_of("Payment"))


BROKEN = {
    "a value left out": lambda d: form_of(d, "Payment")["fields"].pop(),
    "a value shown twice": lambda d: form_of(d, "Batch")["fields"].append(form_of(d, "Batch")["fields"][0]),
    "a value that is not signed": lambda d: form_of(d, "Payment")["fields"][0].update(path="recipient"),
    "a payout's payee left out": lambda d: form_of(d, "Batch")["fields"][2]["fields"].pop(0),
    "a type that is not hashed": rename_a_type,
    "a type left out": lambda d: d["display"]["formats"].pop(type_of("Cancellation")),
    "another domain": lambda d: d["context"]["eip712"]["domain"].update(version="2.0.0"),
    "an unknown format": lambda d: form_of(d, "Payment")["fields"][0].update(format="name"),
    "an amount as a date": lambda d: form_of(d, "Payment")["fields"][1].update(format="date", params={}),
    "a token that is nowhere": lambda d: form_of(d, "Payment")["fields"][1]["params"].update(tokenPath="asset"),
    "another native coin": lambda d: form_of(d, "Payment")["fields"][1]["params"].update(nativeCurrencyAddress="0x1"),
    "a call of nobody": lambda d: form_of(d, "Operation")["fields"][0]["fields"][2].pop("params"),
    "a field without a label": lambda d: form_of(d, "Payment")["fields"][0].pop("label"),
    "an intent about nothing": lambda d: form_of(d, "Payment").update(interpolatedIntent="Pay {much}"),
    "something of its own": lambda d: d.update(note="x"),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_broken_descriptor_is_found(spoil):
    broken = copy.deepcopy(DESCRIPTOR)
    spoil(broken)
    assert faults(broken)
