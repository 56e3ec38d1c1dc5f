"""A head with ARKit's 52 morph targets (glTF binary) as a VRM 1.0 model with "Perfect Sync".

VRM wants a humanoid and expressions: the head gets the fifteen bones that VRM requires, none of which moves a vertex, and
for each morph target a custom expression named as ARKit in PascalCase, which is what VMC sends. Sources: the glTF 2.0
specification, sections 3 and 4.4 (GLB); the specification of VRMC_vrm 1.0 (humanoid, expressions).
"""
import json
import struct

GLB_MAGIC, GLB_VERSION, JSON_CHUNK = b"glTF", 2, b"JSON"
HEADER_BYTES, CHUNK_HEADER_BYTES = 12, 8
SHAPE_COUNT = 52
SIDES = ("left", "right")
LIMBS = {"UpperLeg": "hips", "LowerLeg": "UpperLeg", "Foot": "LowerLeg",
         "UpperArm": "spine", "LowerArm": "UpperArm", "Hand": "LowerArm"}
LICENSE_URL = "https://vrm.dev/licenses/1.0/"


def expression_name(target):
    """`mouthSmile_L` -> `MouthSmileLeft`."""
    stem, _, side = target.partition("_")
    return stem[0].upper() + stem[1:] + {"": "", "L": "Left", "R": "Right"}[side]


def bones():
    """The required bones, each with the one above it."""
    above = {"hips": None, "spine": "hips", "head": "spine"}
    for side in SIDES:
        for part, parent in LIMBS.items():
            above[side + part] = side + parent if parent in LIMBS else parent
    return above


def read(path):
    """The JSON of a GLB and the bytes of its other chunks."""
    data = open(path, "rb").read()
    magic, version, _ = struct.unpack_from("<4sII", data)
    length, kind = struct.unpack_from("<I4s", data, HEADER_BYTES)
    if (magic, version, kind) != (GLB_MAGIC, GLB_VERSION, JSON_CHUNK):
        raise SystemExit(f"{path} is no binary glTF of version {GLB_VERSION}; give a .glb file")
    start = HEADER_BYTES + CHUNK_HEADER_BYTES
    return json.loads(data[start:start + length]), data[start + length:]


def write(path, document, chunks):
    """Writes a GLB."""
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    whole = HEADER_BYTES + CHUNK_HEADER_BYTES + len(text) + len(chunks)
    with open(path, "wb") as out:
        out.write(struct.pack("<4sII", GLB_MAGIC, GLB_VERSION, whole))
        out.write(struct.pack("<I4s", len(text), JSON_CHUNK) + text + chunks)


def add_skeleton(document):
    """Appends the bones; their places among the nodes."""
    above = bones()
    first = len(document["nodes"])
    place = {name: first + index for index, name in enumerate(above)}
    for name in above:
        below = [place[child] for child, parent in above.items() if parent == name]
        node = {"name": name, "translation": [0, 0.1, 0]}
        document["nodes"].append(node | ({"children": below} if below else {}))
    document["scenes"][document.get("scene", 0)]["nodes"].append(place["hips"])
    return place


def head_of(document):
    """The node with the 52 morph targets, and their names."""
    for index, node in enumerate(document["nodes"]):
        mesh = document["meshes"][node["mesh"]] if "mesh" in node else {}
        names = mesh.get("extras", {}).get("targetNames", [])
        if len(names) == SHAPE_COUNT:
            # Weights of the mesh itself would stay on the face.
            mesh.pop("weights", None)
            return index, names
    raise SystemExit(f"the model has no mesh with {SHAPE_COUNT} named morph targets; give one made for ARKit")


def convert(source, target, name, author):
    """Writes the head `source` (.glb) as the model `target` (.vrm)."""
    document, chunks = read(source)
    node, names = head_of(document)
    document.pop("animations", None)
    expression = {"overrideBlink": "none", "overrideLookAt": "none", "overrideMouth": "none"}
    custom = {
        expression_name(target_name): expression | {
            "morphTargetBinds": [{"node": node, "index": index, "weight": 1.0}]}
        for index, target_name in enumerate(names)
    }
    place = add_skeleton(document)
    document.setdefault("extensionsUsed", []).append("VRMC_vrm")
    document.setdefault("extensions", {})["VRMC_vrm"] = {
        "specVersion": "1.0",
        "meta": {"name": name, "authors": [author], "licenseUrl": LICENSE_URL},
        "humanoid": {"humanBones": {bone: {"node": index} for bone, index in place.items()}},
        "expressions": {"preset": {}, "custom": custom},
    }
    write(target, document, chunks)
