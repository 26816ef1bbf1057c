using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Todo.CrashingService;
using Todo.Messaging.Hosting;

// A consumer that kills itself (kill -9) while it handles its first event: `<app-id> <topic> <moment> NAME=value...`.
// What it is told by NAME=value is what a pod has in its environment.
var (appId, topic, moment) = (args[0], args[1], Enum.Parse<CrashMoment>(args[2]));
var settings = args.Skip(3).Select(x => x.Split('=', 2)).ToDictionary(x => x[0], x => x[1], StringComparer.Ordinal);

var builder = WebApplication.CreateSlimBuilder();
builder.AddTodoService(appId, 8000, new SettingsReader(settings.GetValueOrDefault)).AddEventHandler<CrashingHandler>(topic);
builder.Services.AddSingleton(new Crash(moment));
await using var app = builder.Build();
app.MapTodoService();
await app.RunAsync();
