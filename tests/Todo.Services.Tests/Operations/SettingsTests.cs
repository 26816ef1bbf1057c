using System.Globalization;
using System.Text.RegularExpressions;
using Todo.Backend;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;
using Todo.Messaging.Hosting;
using Todo.Notification;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Operations;

/// <summary>Every variable that a service reads is in docs/reference/service-contract.md, and a wrong value ends the service at its start with the variable's name.</summary>
public sealed partial class SettingsTests
{
    /// <summary>A value that is wrong. What is missing here and read all the same fails a test.</summary>
    private static readonly Dictionary<string, string> WrongValues = new()
    {
        ["USE_DAPR"] = "yes",
        ["CONSUME_DIRECT"] = "1",
        ["PUBSUB_NAME"] = "todo/kafka",
        ["BIND_ADDRESS"] = "here",
        ["PORT"] = "0",
        ["MANAGEMENT_PORT"] = "65536",
        ["MANAGEMENT_TOKEN"] = "",
        ["POD_NAME"] = "pod\n",
        ["DATABASE_URL"] = "mysql://x",
        ["KAFKA_BOOTSTRAP_SERVERS"] = "kafka",
        ["KAFKA_SECURITY_PROTOCOL"] = "SASL",
        ["KAFKA_SASL_MECHANISM"] = "GSSAPI",
        ["KAFKA_SASL_USERNAME"] = "",
        ["KAFKA_SASL_PASSWORD"] = "",
        ["KAFKA_CONSUMER_GROUP"] = " group",
        ["DAPR_HTTP_ENDPOINT"] = "localhost:3500",
        ["DAPR_HTTP_PORT"] = "three",
        ["DAPR_API_TOKEN"] = "token\n",
        ["APP_API_TOKEN"] = "token\n",
        ["DELIVERY_MAX_RETRIES"] = "0",
        ["DELIVERY_HANDLER_TIMEOUT"] = "10",
        ["DELIVERY_DEAD_LETTER_TOPIC"] = "dead letters",
        ["RECONCILE_AFTER"] = "soon",
        ["LEDGER_RETENTION"] = "14d",
        ["SHUTDOWN_DELAY"] = "-00:00:01",
        ["BETTER_AUTH_SECRET"] = "short",
        ["JWKS_URL"] = "keys.json",
        ["JWT_ISSUER"] = "https://",
        ["JWT_AUDIENCE"] = "todo\n",
        ["RATE_LIMIT"] = "-1",
        ["RATE_LIMIT_BURST"] = "0",
        ["CORS_ORIGINS"] = "*",
        ["REMINDER_POLL_INTERVAL"] = "00:00:00.01",
        ["REMINDER_WINDOW"] = "3600",
        ["REMINDER_LOOKBACK"] = "1d",
        ["SMTP_HOST"] = "",
        ["SMTP_PORT"] = "smtp",
        ["SMTP_USERNAME"] = "todo\n",
        ["SMTP_PASSWORD"] = "",
        ["SMTP_STARTTLS"] = "required",
        ["SMTP_FROM_EMAIL"] = "nobody",
        ["SMTP_FROM_NAME"] = "Todo\r\nBcc: x@y.example",
        ["MAIL_CONCURRENCY"] = "65",
        ["MAIL_PER_MINUTE"] = "-1",
        ["MAIL_LEASE"] = "00:00:20",
        ["MAIL_GIVE_UP_AFTER"] = "1",
        ["MAIL_DOUBTFUL"] = "drop",
        ["MAIL_UNSUBSCRIBE"] = "http://todo.example",
    };

    /// <summary>Complete, with everything on that asks for more.</summary>
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["MANAGEMENT_TOKEN"] = "token",
        ["DATABASE_URL"] = "postgres://todo@localhost/todo",
        ["KAFKA_BOOTSTRAP_SERVERS"] = "kafka:9092",
        ["KAFKA_SECURITY_PROTOCOL"] = "SASL_SSL",
        ["KAFKA_SASL_USERNAME"] = "todo",
        ["KAFKA_SASL_PASSWORD"] = "password",
        ["BETTER_AUTH_SECRET"] = "a secret of at least 32 bytes, for tests",
        ["SMTP_HOST"] = "mail",
        ["SMTP_USERNAME"] = "todo",
        ["SMTP_PASSWORD"] = "password",
    };

    private static readonly Dictionary<string, Action<SettingsReader>> Services = new()
    {
        ["backend"] = Common("backend") + (settings => BackendOptions.Read(settings)),
        ["recurring-task-service"] = Common("recurring-task-service"),
        ["notification-service"] = Common("notification-service") + (settings => NotificationOptions.Read(settings)),
        ["email-delivery-service"] = Common("email-delivery-service") + (settings => SmtpOptions.Read(settings)) + (settings => QueueOptions.Read(settings)),
    };

    public static TheoryData<string, string> Read()
    {
        var data = new TheoryData<string, string>();
        foreach (var (service, read) in Services)
        {
            foreach (var name in NamesReadBy(read))
            {
                data.Add(service, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void A_variable_is_documented_and_a_wrong_value_of_it_is_named(string service, string name)
    {
        Assert.Contains($"`{name}`", Contract(AppContext.BaseDirectory), StringComparison.Ordinal);
        var settings = new Dictionary<string, string>(Complete) { [name] = WrongValues[name] };
        var error = Assert.Throws<InvalidSettingException>(() => Services[service](new SettingsReader(settings.GetValueOrDefault)));
        Assert.Equal(name, error.Variable);
        Assert.StartsWith(name + " ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("Todo.Backend", 8000, "BETTER_AUTH_SECRET", "short")]
    [InlineData("Todo.Backend", 8000, "JWT_ISSUER", "https://")]
    [InlineData("Todo.Notification", 8002, "REMINDER_WINDOW", "3600")]
    [InlineData("Todo.EmailDelivery", 8003, "SMTP_STARTTLS", "required")]
    [InlineData("Todo.RecurringTask", 8004, "USE_DAPR", "yes")]
    public async Task The_process_ends_with_78_and_one_line(string program, int port, string name, string value)
    {
        var (code, output) = await ServiceProcess.RunAsync(program, port, new() { ["SMTP_HOST"] = "mail", [name] = value });
        Assert.Equal(InvalidSettingException.ExitCode, code);
        Assert.StartsWith(name + " ", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("short", output, StringComparison.Ordinal);
    }

    private static Action<SettingsReader> Common(string appId) => settings => ServiceOptions.Read(settings, appId, 8000);

    private static SortedSet<string> NamesReadBy(Action<SettingsReader> read)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        read(new SettingsReader(name =>
        {
            names.Add(name);
            return Complete.GetValueOrDefault(name);
        }));
        return names;
    }

    private static string Contract(string folder)
    {
        var page = Path.Combine(folder, "docs", "reference", "service-contract.md");
        return File.Exists(page) ? File.ReadAllText(page) : Contract(Directory.GetParent(folder)!.FullName);
    }
}
