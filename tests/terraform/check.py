"""Holds Terraform that the program writes to the schema of the AWS provider.

    check.py FOLDER...
    check.py grown BEFORE AFTER [BEFORE AFTER...]

Each folder is read as Terraform would read it: all files whose names end in .tf. They are parsed with python-hcl2. The
schema is that of the PyPI package cdktf-cdktf-provider-aws (CDK for Terraform's prebuilt provider), whose classes have an
argument for each argument of a resource and a property for each attribute; its source is read, the package is not run.

Checked are: the types of resources and data sources; the names of their arguments and nested blocks, and that none that
is required is missing; what `each.value` leads to; references: the resource, its key, its attribute, variables, locals; what is imported: that
its address is there, each once, and that its id has the form that its type asks for (IDS, from the provider's pages).
Where a folder holds expected-tags.json, the tags in `locals` have to say just that once they are unescaped.

With `grown`, everything that BEFORE makes, by its address and its key, has to stand in AFTER and to say the same once
`each.value` is filled in; only the lists in GROWING may have got longer.

Prints a line for each thing that is wrong and a last line with counts; the exit code is 1 where anything is wrong.
"""

import ast
import importlib.util
import json
import pathlib
import re
import sys

import hcl2

META = {"for_each", "count", "depends_on", "lifecycle", "provider"}
BLOCK = "__is_block__"
REFERENCE = re.compile(r'(?<![\w.])(data\.)?(aws_\w+)\.([\w-]+)(\[((?:"(?:[^"\\]|\\.)*")|[\w.]+)\])?(?:\.(\w+))?')
EACH = re.compile(r"(try\()?each\.value\.(\w+)")
ESCAPE = re.compile(r'\\(["\\nrt]|u[0-9a-fA-F]{4})|\$\$\{|%%\{')
# The forms of ids that things are imported by, from the last section of the page of each.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs
HEX = "[0-9a-f]{8,17}"
IDS = {
    "aws_vpc": f"vpc-{HEX}",
    "aws_subnet": f"subnet-{HEX}",
    "aws_route_table": f"rtb-{HEX}",
    "aws_route": rf"rtb-{HEX}_([\d.]+/\d+|[\da-f:]+/\d+|pl-{HEX})",
    "aws_route_table_association": f"(subnet|igw|vgw)-{HEX}/rtb-{HEX}",
    "aws_internet_gateway": f"igw-{HEX}",
    "aws_egress_only_internet_gateway": f"eigw-{HEX}",
    "aws_vpn_gateway": f"vgw-{HEX}",
    "aws_nat_gateway": f"nat-{HEX}",
    "aws_eip": f"eipalloc-{HEX}",
    "aws_vpc_endpoint": f"vpce-{HEX}",
    "aws_vpc_peering_connection": f"pcx-{HEX}",
    "aws_vpc_peering_connection_accepter": f"pcx-{HEX}",
    "aws_ec2_transit_gateway_vpc_attachment": f"tgw-attach-{HEX}",
    "aws_security_group": f"sg-{HEX}",
    "aws_flow_log": f"fl-{HEX}",
    "aws_vpc_dhcp_options_association": f"vpc-{HEX}",
    "aws_route53_resolver_endpoint": f"rslvr-in-{HEX}",
    "aws_ec2_tag": f"(?s)(rtb|acl|sg)-{HEX},.+",
}
# Lists that get longer with a zone: what is in each zone, and the tables of each subnet.
GROWING = {
    ("aws_vpc_endpoint", "route_table_ids"),
    ("aws_vpc_endpoint", "subnet_ids"),
    ("aws_ec2_transit_gateway_vpc_attachment", "subnet_ids"),
    ("aws_route53_resolver_endpoint", "ip_address"),
}
ADDRESS = re.compile(r'\$\{(aws_\w+)\.([\w-]+)(?:\[("(?:[^"\\]|\\.)*")\])?\}')
PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unquoted(text):
    """What a text in quotes stands for."""

    def one(match):
        word = match.group(0)
        if not word.startswith("\\"):
            return word[1:]
        rest = match.group(1)
        return chr(int(rest[1:], 16)) if rest.startswith("u") else PLAIN[rest]

    return ESCAPE.sub(one, text[1:-1])


def bare(name):
    return name[1:-1] if name.startswith('"') else name


class Schema:
    """A resource or data source: arguments with their types, required ones, blocks, attributes."""

    def __init__(self, source):
        self.classes = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
        configs = [name for name in self.classes if "for_each" in self.arguments(name) and name.endswith("Config")]
        assert len(configs) == 1, configs
        self.config = configs[0]
        # The class whose properties are the attributes takes the scope and the id first.
        resources = [name for name in self.classes if self.takes_scope(name)]
        self.attributes = {
            node.name for name in resources for node in self.classes[name].body if isinstance(node, ast.FunctionDef)
        }

    def init(self, name):
        for node in self.classes[name].body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                return node.args
        return None

    def takes_scope(self, name):
        args = self.init(name)
        return args is not None and [it.arg for it in args.args][:2] == ["self", "scope"]

    def arguments(self, name):
        args = self.init(name)
        return {} if args is None else {it.arg: ast.unparse(it.annotation) for it in args.kwonlyargs}

    def required(self, name):
        args = self.init(name)
        return {it.arg for it, default in zip(args.kwonlyargs, args.kw_defaults) if default is None}

    def nested(self, kind):
        """The class of a nested block, from the type of its argument."""
        for name in re.findall(r"[A-Za-z_]\w*", kind):
            if name in self.classes:
                return name
        return None


class Provider:
    def __init__(self):
        spec = importlib.util.find_spec("cdktf_cdktf_provider_aws")
        self.folder = pathlib.Path(spec.origin).parent if spec.origin else pathlib.Path(list(spec.submodule_search_locations)[0])
        self.known = {}

    def schema(self, block, kind):
        name = kind.removeprefix("aws_")
        if block == "data":
            name = f"data_aws_{name}"
        if name not in self.known:
            path = self.folder / name / "__init__.py"
            self.known[name] = Schema(path.read_text()) if path.exists() else None
        return self.known[name]


class Folder:
    def __init__(self, path, provider):
        self.path = path
        self.provider = provider
        self.wrong = []
        self.resources = {}
        self.variables, self.locals, self.others, self.imports = set(), {}, [], []
        for file in sorted(path.glob("*.tf")):
            with file.open() as text:
                self.read(hcl2.load(text))

    def say(self, what):
        self.wrong.append(f"{self.path}: {what}")

    def read(self, document):
        for block in ("resource", "data"):
            for item in document.get(block, []):
                for kind, labels in item.items():
                    for label, body in labels.items():
                        key = (block, bare(kind), bare(label))
                        if key in self.resources:
                            self.say(f"{key} stands twice")
                        self.resources[key] = body
        for item in document.get("variable", []):
            self.variables |= {bare(name) for name in item}
        for item in document.get("locals", []):
            self.locals.update({name: value for name, value in item.items() if name != BLOCK})
        self.imports.extend(document.get("import", []))
        for block in ("output", "provider", "module"):
            self.others.extend(document.get(block, []))

    def check(self):
        for (block, kind, label), body in self.resources.items():
            self.resource(block, kind, label, body)
        self.references("outputs", self.others)
        seen = set()
        for item in self.imports:
            self.imported(item, seen)
        expected = self.path / "expected-tags.json"
        if expected.exists():
            tags = {
                (unquoted(key) if key.startswith('"') else key): unquoted(value)
                for key, value in self.locals["tags"].items()
            }
            if tags != json.loads(expected.read_text()):
                self.say(f"tags: {tags}")

    def resource(self, block, kind, label, body):
        what = f"{block} {kind}.{label}"
        schema = self.provider.schema(block, kind)
        if schema is None:
            self.say(f"{what}: the provider has no such type")
            return
        self.names(what, schema, schema.config, body, META)
        entries = body.get("for_each")
        if entries is not None:
            entries = entries.values()
        rest = {name: value for name, value in body.items() if name != "for_each"}
        for tried, name in EACH.findall(json.dumps(rest)):
            held = [name in entry for entry in entries or []]
            if not (any(held) if tried else held and all(held)):
                self.say(f"{what}: each.value.{name} is not there")
        self.references(what, body)

    def imported(self, item, seen):
        names = set(item) - {BLOCK}
        if names != {"to", "id"}:
            self.say(f"an import says {sorted(names)}")
            return
        match = ADDRESS.fullmatch(item["to"])
        if match is None:
            self.say(f"import: {item['to']} is no address")
            return
        kind, label, key = match.groups()
        what = f"import of {item['to']}"
        if item["to"] in seen:
            self.say(f"{what} stands twice")
        seen.add(item["to"])
        body = self.resources.get(("resource", kind, label))
        if body is None:
            self.say(f"{what}: it is not there")
        elif (key is None) != (body.get("for_each") is None):
            self.say(f"{what}: with a key, or without")
        elif key is not None and key not in body["for_each"]:
            self.say(f"{what}: there is no key {key}")
        id = unquoted(item["id"])
        if not re.fullmatch(IDS.get(kind, "(?!)"), id):
            self.say(f"{what}: {id} is no id of {kind}")

    def names(self, what, schema, cls, body, meta=frozenset()):
        known = schema.arguments(cls)
        for name, value in body.items():
            if name in meta or name == BLOCK:
                continue
            if name not in known:
                self.say(f"{what}: there is no argument {name}")
                continue
            blocks = [it for it in value if isinstance(it, dict) and it.get(BLOCK)] if isinstance(value, list) else []
            nested = schema.nested(known[name])
            for inner in blocks:
                if nested is None:
                    self.say(f"{what}: {name} is no block")
                else:
                    self.names(f"{what} {name}", schema, nested, inner)
        for name in schema.required(cls) - set(body):
            self.say(f"{what}: {name} is missing")

    def references(self, what, value):
        if isinstance(value, dict):
            for inner in value.values():
                self.references(what, inner)
        elif isinstance(value, list):
            for inner in value:
                self.references(what, inner)
        elif isinstance(value, str) and value.startswith("${"):
            self.expression(what, value)

    def expression(self, what, text):
        for name in re.findall(r"\bvar\.(\w+)", text):
            if name not in self.variables:
                self.say(f"{what}: there is no variable {name}")
        for name in re.findall(r"\blocal\.(\w+)", text):
            if name not in self.locals:
                self.say(f"{what}: there is no local {name}")
        for data, kind, label, index, key, attribute in REFERENCE.findall(text):
            block = "data" if data else "resource"
            body = self.resources.get((block, kind, label))
            if body is None:
                self.say(f"{what}: {kind}.{label} is not there")
                continue
            keys = body.get("for_each")
            if index and (keys is None or key not in keys):
                self.say(f"{what}: {kind}.{label} has no key {key}")
            if attribute and keys is not None and not index:
                self.say(f"{what}: {kind}.{label} is several")
            schema = self.provider.schema(block, kind)
            if attribute and schema is not None and attribute not in schema.attributes:
                self.say(f"{what}: {kind} has no attribute {attribute}")


def filled(value, entry):
    """A value with what `each.value` stands for."""
    if isinstance(value, dict):
        return {name: filled(inner, entry) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, entry) for inner in value]
    if not isinstance(value, str) or "each.value." not in value:
        return value
    whole = re.fullmatch(r"\$\{(?:try\()?each\.value\.(\w+)(?:, null\))?\}", value)
    if whole:
        return entry.get(whole.group(1))
    return re.sub(r"each\.value\.(\w+)", lambda match: json.dumps(entry.get(match.group(1))), value)


def instances(folder):
    """Everything that a folder makes, by address and key, with its arguments filled in."""
    found = {}
    for (block, kind, label), body in folder.resources.items():
        rest = {name: value for name, value in body.items() if name not in ("for_each", BLOCK)}
        for key, entry in (body.get("for_each") or {None: {}}).items():
            arguments = {name: filled(value, entry) for name, value in rest.items()}
            arguments = {name: value for name, value in arguments.items() if value is not None}
            found[(block, kind, label, key)] = arguments
    return found


def grown(before, after):
    wrong, count = [], 0
    new = instances(after)
    for (block, kind, label, key), arguments in instances(before).items():
        what = f"{before.path}: {kind}.{label}[{key}]"
        count += 1
        now = new.get((block, kind, label, key))
        if now is None:
            wrong.append(f"{what} is gone")
            continue
        for name in sorted({*arguments, *now}):
            old, value = arguments.get(name), now.get(name)
            if (kind, name) in GROWING and isinstance(value, list) and all(it in value for it in old or []):
                continue
            if old != value:
                wrong.append(f"{what}: {name} was {old} and is {value}")
    return wrong, count, len(new) - count


def main_grown(paths):
    wrong, kept, added = [], 0, 0
    for before, after in zip(paths[::2], paths[1::2]):
        more, old, new = grown(Folder(pathlib.Path(before), None), Folder(pathlib.Path(after), None))
        wrong += more
        kept += old
        added += new
    print("\n".join(wrong + [f"{len(paths) // 2} pairs, {kept} kept, {added} added, {len(wrong)} wrong"]))
    return 1 if wrong else 0


def main():
    if sys.argv[1] == "grown":
        return main_grown(sys.argv[2:])
    provider = Provider()
    wrong, resources, imports, kinds = [], 0, 0, set()
    for path in map(pathlib.Path, sys.argv[1:]):
        folder = Folder(path, provider)
        folder.check()
        wrong += folder.wrong
        resources += len(folder.resources)
        imports += len(folder.imports)
        kinds |= {kind for _, kind, _ in folder.resources}
    print("\n".join(wrong + [f"{len(sys.argv) - 1} folders, {resources} resources of {len(kinds)} types, {imports} imports, {len(wrong)} wrong"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
