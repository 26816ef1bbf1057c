using Todo.Messaging.Tests.Delivery.Wires;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Delivery;

public sealed class OverDirectKafka(TestServers servers) : FailureSemantics(servers, Wire.DirectKafka);

public sealed class OverDaprOnKafka(TestServers servers) : FailureSemantics(servers, Wire.DaprKafka);

public sealed class OverDaprOnRedis(TestServers servers) : FailureSemantics(servers, Wire.DaprRedis);
