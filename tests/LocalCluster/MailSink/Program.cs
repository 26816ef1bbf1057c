using System.Net.Sockets;
using LocalCluster.MailSink;
using LocalCluster.MailSink.Mails;
using LocalCluster.MailSink.Smtp;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(Options.Help);
    return 0;
}

if (Options.Parse(args, out var error) is not { } options)
{
    await Console.Error.WriteLineAsync($"mailsink: {error}. --help shows how it is used.");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Http));
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, MailJson.Default));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<FailureSwitch>();

try
{
    using var store = new MailStore(options.Data);
    builder.Services.AddSingleton(store);
    builder.Services.AddHostedService(services => new SmtpServer(
        options.Smtp,
        store,
        services.GetRequiredService<FailureSwitch>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<SmtpServer>>()));
    await using var app = builder.Build();
    app.MapMailSink();
    await app.StartAsync();
    Console.WriteLine($"mailsink: SMTP on {options.Smtp}, mails on http://{options.Http}/mails");
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
{
    // An address in use or a folder that can't be written: the system's own words are the best there are.
    await Console.Error.WriteLineAsync($"mailsink: can't start (SMTP {options.Smtp}, HTTP {options.Http}, data {options.Data ?? "in memory"}): {e.Message}");
    return 1;
}
