import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ulong;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ushort;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Array;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigLimits;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.transport.TransportProfile;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.XmlElement;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.ULong;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/** An OPC-UA server on Eclipse Milo for tests; it speaks the line protocol of src/server-process.ts. */
public class MiloServer {
  static final String APPLICATION_URI = "urn:mla:test:milo";
  static final Map<String, String> settings = new HashMap<>();

  public static void main(String[] args) throws Exception {
    // Aes256_Sha256_RsaPss needs it.
    Security.addProvider(new BouncyCastleProvider());
    for (String arg : args) {
      int at = arg.indexOf('=');
      settings.put(arg.substring(0, at), arg.substring(at + 1));
    }
    OpcUaServer server = new OpcUaServer(config(), profile ->
        new OpcTcpServerTransport(OpcTcpServerTransportConfig.newBuilder().build()));
    for (int i = 0; i < number("otherNamespaces", 0); i++) {
      new Space(server, "urn:mla:other:" + i).startup();
    }
    Space space = new Space(server, "urn:mla:test");
    space.startup();
    int points = number("points", 0);
    List<UaVariableNode> load = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      load.add(space.add(String.format("Load/F%03d/P%03d", i / 200, i % 200), "Double", "0"));
    }
    server.startup().get();
    if (points > 0) {
      int[] count = {0};
      int intervalMs = number("intervalMs", 1000);
      server.getScheduledExecutorService().scheduleAtFixedRate(() -> {
        count[0]++;
        DataValue value = valueOf(new Variant((double) count[0]), 0, DateTime.now());
        for (UaVariableNode node : load) node.setValue(value);
      }, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }
    System.out.println("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      try {
        System.out.println("ok\t" + space.obey(line.split("\t", -1)));
      } catch (Exception error) {
        System.out.println("error\t" + error);
      }
    }
    System.exit(0);
  }

  static int number(String name, int otherwise) {
    return settings.containsKey(name) ? Integer.parseInt(settings.get(name)) : otherwise;
  }

  static OpcUaServerConfig config() throws Exception {
    KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
    X509Certificate certificate = new SelfSignedCertificateBuilder(keys)
        .setCommonName("milo test").setApplicationUri(APPLICATION_URI)
        .addDnsName("localhost").addIpAddress("127.0.0.1").build();
    var factory = new RsaSha256CertificateFactory() {
      @Override public KeyPair createKeyPair(NodeId type) { return keys; }
      @Override protected X509Certificate[] createRsaSha256CertificateChain(KeyPair pair) {
        return new X509Certificate[] {certificate};
      }
    };
    var quarantine = new MemoryCertificateQuarantine();
    // The test's client is always trusted; whether it trusts us is what is tested.
    var group = DefaultApplicationGroup.createAndInitialize(
        new MemoryTrustListManager(), new MemoryCertificateStore(), factory, (chain, uri, hosts) -> {});
    String user = settings.get("user");
    var builder = OpcUaServerConfig.builder()
        .setApplicationName(LocalizedText.english("milo test server"))
        .setApplicationUri(APPLICATION_URI)
        .setProductUri(APPLICATION_URI)
        .setCertificateManager(new DefaultCertificateManager(quarantine, group))
        .setIdentityValidator(user == null
            ? AnonymousIdentityValidator.INSTANCE
            : new UsernameIdentityValidator(given ->
                (given.getUsername() + ":" + given.getPassword()).equals(user)))
        .setEndpoints(endpoints(certificate, user != null));
    int limit = number("operationLimit", 0);
    if (limit > 0) {
      builder.setLimits(new OpcUaServerConfigLimits() {
        @Override public UInteger getMaxNodesPerRead() { return uint(limit); }
        @Override public UInteger getMaxNodesPerBrowse() { return uint(limit); }
        @Override public UInteger getMaxMonitoredItemsPerCall() { return uint(limit); }
      });
    }
    return builder.build();
  }

  static Set<EndpointConfig> endpoints(X509Certificate certificate, boolean withUser) {
    UserTokenPolicy policy = withUser
        // Milo does not fall back on the policy of the channel, as it should.
        ? new UserTokenPolicy("username", UserTokenType.UserName, null, null,
            SecurityPolicy.Basic256Sha256.getUri())
        : new UserTokenPolicy("anonymous", UserTokenType.Anonymous, null, null, null);
    EndpointConfig.Builder base = EndpointConfig.newBuilder()
        .setTransportProfile(TransportProfile.TCP_UASC_UABINARY)
        .setBindAddress("127.0.0.1").setBindPort(number("port", 0))
        .setHostname("127.0.0.1").setPath("/test")
        .setCertificate(certificate).addTokenPolicy(policy);
    Set<EndpointConfig> all = new LinkedHashSet<>();
    // Clients look here for what else there is.
    all.add(base.copy().setSecurityPolicy(SecurityPolicy.None)
        .setSecurityMode(MessageSecurityMode.None).build());
    if (!settings.containsKey("secure")) return all;
    for (SecurityPolicy one : List.of(SecurityPolicy.Basic256Sha256,
        SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Aes256_Sha256_RsaPss)) {
      for (MessageSecurityMode mode :
          List.of(MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt)) {
        all.add(base.copy().setSecurityPolicy(one).setSecurityMode(mode).build());
      }
    }
    return all;
  }

  static DataValue valueOf(Variant value, long status, DateTime time) {
    return new DataValue(value, new StatusCode(status), time, DateTime.now());
  }

  /** Variables by their path, which is also their identifier. */
  static class Space extends ManagedNamespaceWithLifecycle {
    final SubscriptionModel subscriptions;
    final Map<String, UaFolderNode> folders = new HashMap<>();
    final Map<String, UaVariableNode> variables = new HashMap<>();

    Space(OpcUaServer server, String uri) {
      super(server, uri);
      subscriptions = new SubscriptionModel(server, this);
      getLifecycleManager().addLifecycle(subscriptions);
    }

    String obey(String[] words) {
      switch (words[0]) {
        case "add": add(words[1], words[2], words[3]); return "";
        case "remove": variables.remove(words[1]).delete(); return "";
        case "write":
          DateTime time = words.length > 5 ? timeOf(words[5]) : DateTime.now();
          variables.get(words[1]).setValue(
              valueOf(variantOf(words[2], words[4]), Long.parseLong(words[3]), time));
          return "";
        case "subscriptions": return String.valueOf(getServer().getSubscriptions().size());
        default: throw new IllegalArgumentException("unknown command " + words[0]);
      }
    }

    UaFolderNode folderOf(String path) {
      UaFolderNode known = folders.get(path);
      if (known != null) return known;
      int at = path.lastIndexOf('/');
      String name = path.substring(at + 1);
      UaFolderNode folder = new UaFolderNode(getNodeContext(), newNodeId("folder:" + path),
          newQualifiedName(name), LocalizedText.english(name));
      getNodeManager().addNode(folder);
      if (at < 0) {
        folder.addReference(new Reference(folder.getNodeId(), NodeIds.Organizes,
            NodeIds.ObjectsFolder.expanded(), Reference.Direction.INVERSE));
      } else folderOf(path.substring(0, at)).addOrganizes(folder);
      folders.put(path, folder);
      return folder;
    }

    UaVariableNode add(String path, String type, String text) {
      int at = path.lastIndexOf('/');
      String name = path.substring(at + 1);
      boolean array = type.endsWith("[]");
      String scalar = array ? type.substring(0, type.length() - 2) : type;
      UaVariableNode node = UaVariableNode.build(getNodeContext(), builder -> builder
          .setNodeId(newNodeId(path)).setBrowseName(newQualifiedName(name))
          .setDisplayName(LocalizedText.english(name))
          .setDescription(LocalizedText.english("the " + name))
          .setDataType(scalar.equals("Null") ? NodeIds.BaseDataType
              : OpcUaDataType.valueOf(scalar).getNodeId())
          .setValueRank(array ? 1 : -1)
          .setTypeDefinition(NodeIds.BaseDataVariableType)
          .setMinimumSamplingInterval(0.0)
          .setValue(valueOf(variantOf(type, text), 0, DateTime.now()))
          .buildAndAdd());
      folderOf(path.substring(0, at)).addOrganizes(node);
      variables.put(path, node);
      return node;
    }

    @Override public void onDataItemsCreated(List<DataItem> items) {
      subscriptions.onDataItemsCreated(items);
    }
    @Override public void onDataItemsModified(List<DataItem> items) {
      subscriptions.onDataItemsModified(items);
    }
    @Override public void onDataItemsDeleted(List<DataItem> items) {
      subscriptions.onDataItemsDeleted(items);
    }
    @Override public void onMonitoringModeChanged(List<MonitoredItem> items) {
      subscriptions.onMonitoringModeChanged(items);
    }
  }

  static DateTime timeOf(String micros) {
    long value = Long.parseLong(micros);
    return new DateTime(Instant.ofEpochSecond(
        Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000L) * 1000));
  }

  static Variant variantOf(String type, String text) {
    if (type.equals("Null") || text.equals("null")) return Variant.NULL_VALUE;
    if (!type.endsWith("[]")) return new Variant(scalarOf(type, text));
    String scalar = type.substring(0, type.length() - 2);
    String[] items = text.isEmpty() ? new String[0] : text.split("\\|", -1);
    Object array = Array.newInstance(classOf(scalar), items.length);
    for (int i = 0; i < items.length; i++) Array.set(array, i, scalarOf(scalar, items[i]));
    return new Variant(array);
  }

  static Class<?> classOf(String type) {
    switch (type) {
      case "Byte": return UByte.class;
      case "UInt16": return UShort.class;
      case "UInt32": return UInteger.class;
      case "UInt64": return ULong.class;
      default: return OpcUaDataType.valueOf(type).getBackingClass();
    }
  }

  static Object scalarOf(String type, String text) {
    if (text.equals("null")) return null;
    switch (type) {
      case "Boolean": return Boolean.valueOf(text);
      case "SByte": return Byte.valueOf(text);
      case "Byte": return ubyte(Short.parseShort(text));
      case "Int16": return Short.valueOf(text);
      case "UInt16": return ushort(Integer.parseInt(text));
      case "Int32": return Integer.valueOf(text);
      case "UInt32": return uint(Long.parseLong(text));
      case "Int64": return Long.valueOf(text);
      case "UInt64": return ulong(Long.parseUnsignedLong(text));
      case "Float": return parse(text).floatValue();
      case "Double": return parse(text);
      case "String": return text;
      case "DateTime": return timeOf(text);
      case "Guid": return UUID.fromString(text);
      case "ByteString": return ByteString.of(Base64.getDecoder().decode(text));
      case "XmlElement": return new XmlElement(text);
      case "LocalizedText": return LocalizedText.english(text);
      case "QualifiedName": return new QualifiedName(1, text);
      case "NodeId": return NodeId.parse(text);
      case "StatusCode": return new StatusCode(Long.parseLong(text));
      default: throw new IllegalArgumentException("unknown type " + type);
    }
  }

  static Double parse(String text) {
    switch (text) {
      case "nan": return Double.NaN;
      case "inf": return Double.POSITIVE_INFINITY;
      case "-inf": return Double.NEGATIVE_INFINITY;
      default: return Double.valueOf(text);
    }
  }
}
