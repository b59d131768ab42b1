"""An OPC-UA server on asyncua for tests; it speaks the line protocol of src/server-process.ts."""

import asyncio
import base64
import json
import logging
import sys
import tempfile
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.uaprocessor import UaProcessor
from cryptography.x509.oid import ExtendedKeyUsageOID

logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
settings = json.loads(sys.argv[1])
EPOCH = datetime(1970, 1, 1)


class Users:
    def get_user(self, iserver, username=None, password=None, certificate=None):
        given = settings.get("user")
        if given is None:
            return User(role=UserRole.User)
        if given == {"name": username, "password": password}:
            return User(role=UserRole.User, name=username)
        return None


def scalar(kind, text):
    if text == "null":
        return None
    if kind == "Boolean":
        return text == "true"
    if kind in ("Float", "Double"):
        return float(text)
    if kind == "String":
        return text
    if kind == "XmlElement":
        return ua.XmlElement(text)
    if kind == "DateTime":
        return EPOCH + timedelta(microseconds=int(text))
    if kind == "ByteString":
        return base64.b64decode(text)
    if kind == "Guid":
        return uuid.UUID(text)
    if kind == "LocalizedText":
        return ua.LocalizedText(text)
    if kind == "QualifiedName":
        return ua.QualifiedName(text, 1)
    if kind == "NodeId":
        return ua.NodeId.from_string(text)
    if kind == "StatusCode":
        return ua.StatusCode(int(text))
    if kind == "Range":
        low, high = text.split("..")
        return ua.Range(float(low), float(high))
    return int(text)


def variant(kind, text):
    if kind == "Null":
        return ua.Variant(None, ua.VariantType.Null)
    if kind == "Range":
        return ua.Variant(scalar(kind, text), ua.VariantType.ExtensionObject)
    if kind.endswith("[]"):
        vtype = ua.VariantType[kind[:-2]]
        items = [] if text == "" else [scalar(kind[:-2], one) for one in text.split("|")]
        return ua.Variant(items, vtype, is_array=True)
    vtype = ua.VariantType[kind]
    value = scalar(kind, text)
    return ua.Variant(value, vtype) if value is not None else ua.Variant(None, vtype, is_array=False)


async def main():
    server = Server(user_manager=Users())
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{settings['port']}/test")
    server.set_server_name("mla test server")
    policies = [ua.SecurityPolicyType.NoSecurity]
    if settings.get("secure"):
        folder = Path(tempfile.mkdtemp(prefix="mla-asyncua-"))
        uri = "urn:mla:test:asyncua"
        await server.set_application_uri(uri)
        await setup_self_signed_certificate(
            folder / "key.pem",
            folder / "certificate.der",
            uri,
            "localhost",
            [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH],
            {"commonName": "asyncua test"},
        )
        await server.load_certificate(str(folder / "certificate.der"))
        await server.load_private_key(str(folder / "key.pem"))
        policies = [
            ua.SecurityPolicyType.Basic256Sha256_Sign,
            ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
            ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
            ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
        ]
    server.set_security_policy(policies)
    if settings.get("user"):
        server.set_identity_tokens([ua.UserNameIdentityToken])
    for i in range(settings.get("otherNamespaces", 0)):
        await server.register_namespace(f"urn:mla:other:{i}")
    index = await server.register_namespace("urn:mla:test")
    if settings.get("operationLimit"):
        limit = ua.Variant(settings["operationLimit"], ua.VariantType.UInt32)
        for name in ("MaxNodesPerRead", "MaxNodesPerBrowse", "MaxMonitoredItemsPerCall"):
            node = server.get_node(getattr(ua.ObjectIds, f"Server_ServerCapabilities_OperationLimits_{name}"))
            await node.write_value(limit)
    folders = {(): server.nodes.objects}

    async def folder_of(parts):
        if parts not in folders:
            parent = await folder_of(parts[:-1])
            node_id = ua.NodeId("folder:" + "/".join(parts), index)
            folders[parts] = await parent.add_folder(node_id, ua.QualifiedName(parts[-1], index))
        return folders[parts]

    async def add(path, kind, text):
        *parents, name = path.split("/")
        parent = await folder_of(tuple(parents))
        node = await parent.add_variable(ua.NodeId(path, index), ua.QualifiedName(name, index), variant(kind, text))
        return node

    async def write(path, kind, status, text, source_time=None):
        when = EPOCH + timedelta(microseconds=int(source_time)) if source_time else datetime.now(timezone.utc)
        value = ua.DataValue(
            variant(kind, text),
            StatusCode=ua.StatusCode(int(status)),
            SourceTimestamp=when,
            ServerTimestamp=datetime.now(timezone.utc),
        )
        node_id = ua.NodeId(path, index)
        # asyncua refuses another type, in silence; devices behind real servers do change theirs.
        server.iserver.aspace._nodes[node_id].attributes[ua.AttributeIds.Value].value = None
        await server.write_attribute_value(node_id, value)

    async def remove(path):
        await server.delete_nodes([server.get_node(ua.NodeId(path, index))])

    async def property(path, name, kind, text):
        await server.get_node(ua.NodeId(path, index)).add_property(0, name, variant(kind, text))

    async def unit(path, text):
        info = ua.EUInformation(DisplayName=ua.LocalizedText(text), Description=ua.LocalizedText(text))
        value = ua.Variant(info, ua.VariantType.ExtensionObject)
        await server.get_node(ua.NodeId(path, index)).add_property(0, "EngineeringUnits", value)

    slow = {"ms": settings.get("delayMs", 0)}
    answer = UaProcessor.process_message

    async def slowly(self, *args):
        if slow["ms"]:
            await asyncio.sleep(slow["ms"] / 1000)
        return await answer(self, *args)

    UaProcessor.process_message = slowly

    async def delay(ms):
        slow["ms"] = int(ms)

    async def sessions():
        return str(len(server.iserver.subscription_service.subscriptions))

    load_state = {"count": 0}
    counting = asyncio.Event()
    counting.set()
    turn = asyncio.Lock()

    async def hold():
        """The load points stand still; answers the last value they have all been given."""
        counting.clear()
        async with turn:
            return str(load_state["count"])

    commands = {f.__name__: f for f in (add, write, remove, property, unit, delay, hold)}
    commands["subscriptions"] = sessions
    points = settings.get("points", 0)
    load = [await add(f"Load/F{i // 200:03}/P{i % 200:03}", "Double", "0") for i in range(points)]

    async def change():
        while True:
            await asyncio.sleep(settings.get("intervalMs", 1000) / 1000)
            await counting.wait()
            async with turn:
                load_state["count"] += 1
                now = datetime.now(timezone.utc)
                for node in load:
                    value = ua.DataValue(
                        ua.Variant(float(load_state["count"]), ua.VariantType.Double),
                        SourceTimestamp=now,
                        ServerTimestamp=now,
                    )
                    await server.write_attribute_value(node.nodeid, value)

    async with server:
        ticking = asyncio.create_task(change()) if load else None
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        print("ready", flush=True)
        while line := await reader.readline():
            name, *given = line.decode().rstrip("\n").split("\t")
            try:
                print("ok\t" + str(await commands[name](*given)), flush=True)
            except Exception as error:  # the test must see every one
                print(f"error\t{error!r}", flush=True)
        if ticking:
            ticking.cancel()


asyncio.run(main())
