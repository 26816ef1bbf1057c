using LocalCluster.TestApp;
// A program for the node's tests: serves HTTP on BIND_ADDRESS:PORT, and does on request what containers do in bad hours.
using System.Collections;
using System.Runtime.InteropServices;
using LocalCluster.Node.Processes;

if (args is ["exit", var code])
{
    Console.WriteLine($"leaving with {code}");
    return int.Parse(code);
}

if (args is ["echo", ..])
{
    foreach (var argument in args[1..])
    {
        Console.WriteLine(argument);
    }

    return 0;
}

if (args is ["spawn", var pids, var script])
{
    // A node in little: starts one process and waits to be killed.
    Directory.CreateDirectory(pids);
    var spawner = new ProcessSpawner(new PidFiles(pids));
    var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! };
    var child = await spawner.StartAsync(new ProcessSpec(["/bin/sh", "-c", script], variables, Path.GetDirectoryName(pids)!));
    Console.WriteLine(child.Pid);
    return await child.Exited;
}

var pod = Environment.GetEnvironmentVariable("HOSTNAME");
var delay = TimeSpan.FromMilliseconds(int.Parse(Environment.GetEnvironmentVariable("SHUTDOWN_DELAY_MS") ?? "1000"));
var ready = Environment.GetEnvironmentVariable("START_READY") != "false";
var alive = true;
var leaving = false;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();

// The host's own answer to SIGTERM would stop the server at once, and with it every kept-alive connection that has a request on its way.
builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
builder.WebHost.UseUrls($"http://{Environment.GetEnvironmentVariable("BIND_ADDRESS") ?? Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1"}:{Environment.GetEnvironmentVariable("PORT") ?? "8000"}");
var app = builder.Build();
app.Use((context, next) =>
{
    if (leaving)
    {
        context.Response.Headers.Connection = "close";
    }

    return next(context);
});
app.MapMethods("/", ["GET", "POST"], () => pod);
app.MapGet("/healthz", () => alive ? Results.Ok() : Results.StatusCode(500));
app.MapGet("/readyz", () => ready && !leaving ? Results.Ok() : Results.StatusCode(503));
app.MapGet("/v1.0/healthz", () => Results.NoContent());
app.MapGet("/env", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value));
app.MapGet("/args", () => args);
app.MapGet("/slow", async (int ms) =>
{
    await Task.Delay(ms);
    return pod;
});
app.MapPost("/ready", (bool value) => ready = value);
app.MapPost("/alive", (bool value) => alive = value);
app.MapPost("/log", (string line) => Console.WriteLine(line));
app.MapPost("/exit", (int code) => Environment.Exit(code));

using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    leaving = true;
    Console.WriteLine("got SIGTERM");
    _ = Task.Delay(delay).ContinueWith(_ => app.Lifetime.StopApplication(), TaskScheduler.Default);
});
await app.StartAsync();
Console.WriteLine("listening");
Console.Error.WriteLine("a line on stderr");
await app.WaitForShutdownAsync();
Console.WriteLine("bye");
return 0;
