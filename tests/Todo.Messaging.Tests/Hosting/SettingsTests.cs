using Npgsql;
using Todo.Messaging.Hosting;

namespace Todo.Messaging.Tests.Hosting;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["MANAGEMENT_TOKEN"] = "token",
        ["DATABASE_URL"] = "postgres://user:p%40ss@db.example:5433/todo?sslmode=require",
        ["KAFKA_BOOTSTRAP_SERVERS"] = "kafka:9092",
    };

    [Fact]
    public void Defaults_are_those_of_the_contract()
    {
        var options = Read();

        Assert.Equal((8004, 8090, "direct-kafka", true, TimeSpan.FromSeconds(2)),
            (options.Port, options.ManagementPort, options.PublishesTo, options.ConsumeDirect, options.ShutdownDelay));
        Assert.Equal("recurring-task-service-group", options.Kafka.ConsumerGroup);
        Assert.Equal(new Uri("http://127.0.0.1:3500"), options.Dapr.Endpoint);
        Assert.False(options.Dapr.Injected);
        Assert.Equal("task-events-dlq.recurring-task-service", options.Delivery.DeadLetterTopicOf(options.AppId));
    }

    [Fact]
    public void The_database_is_given_as_a_url_or_as_a_connection_string()
    {
        var url = new NpgsqlConnectionStringBuilder(Read().Database);
        Assert.Equal(("db.example", 5433, "user", "p@ss", "todo", SslMode.Require, 20),
            (url.Host, url.Port, url.Username, url.Password, url.Database, url.SslMode, url.MaxPoolSize));
        var text = new NpgsqlConnectionStringBuilder(Read(("DATABASE_URL", "Host=h;Database=d;Username=u;Maximum Pool Size=7")).Database);
        Assert.Equal(("h", "d", "u", 7, "recurring-task-service"), (text.Host, text.Database, text.Username, text.MaxPoolSize, text.ApplicationName));
    }

    [Fact]
    public void With_dapr_the_direct_consumer_is_off_unless_asked_for()
    {
        Assert.False(Read(("USE_DAPR", "true"), ("PUBSUB_NAME", "todo-redis")).ConsumeDirect);
        Assert.True(Read(("USE_DAPR", "true"), ("PUBSUB_NAME", "todo-redis"), ("CONSUME_DIRECT", "true")).ConsumeDirect);
        Assert.Equal("todo-redis", Read(("USE_DAPR", "true"), ("PUBSUB_NAME", "todo-redis")).PublishesTo);
    }

    [Theory]
    [InlineData("kafka:9092")]
    [InlineData("k-1.example:9092,10.0.0.1:9093,[2001:db8::1]:9092")]
    public void Brokers_are_hosts_with_ports(string brokers) => Assert.Equal(brokers, Read(("KAFKA_BOOTSTRAP_SERVERS", brokers)).Kafka.BootstrapServers);

    [Theory]
    [InlineData("MANAGEMENT_TOKEN", "")]
    [InlineData("DATABASE_URL", "")]
    [InlineData("DATABASE_URL", "postgres://no-database")]
    [InlineData("DATABASE_URL", "Hst=x")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "kafka")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092,")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "kafka:0")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "kafka:65536")]
    [InlineData("KAFKA_BOOTSTRAP_SERVERS", "k1:9092;k2:9092")]
    [InlineData("PUBSUB_NAME", "todo kafka")]
    [InlineData("POD_NAME", "pod\n")]
    [InlineData("USE_DAPR", "yes")]
    [InlineData("PORT", "99999")]
    [InlineData("BIND_ADDRESS", "somewhere")]
    [InlineData("SHUTDOWN_DELAY", "5")]
    [InlineData("KAFKA_SECURITY_PROTOCOL", "SASL")]
    [InlineData("DAPR_HTTP_ENDPOINT", "localhost:3500")]
    public void A_wrong_variable_is_named_in_one_line(string name, string value)
    {
        var error = Assert.Throws<InvalidSettingException>(() => Read((name, value)));

        Assert.Equal(name, error.Variable);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void With_dapr_the_component_is_required() =>
        Assert.Equal("PUBSUB_NAME", Assert.Throws<InvalidSettingException>(() => Read(("USE_DAPR", "true"))).Variable);

    private static ServiceOptions Read(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(Complete);
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return ServiceOptions.Read(new SettingsReader(environment.GetValueOrDefault), "recurring-task-service", 8004);
    }
}
