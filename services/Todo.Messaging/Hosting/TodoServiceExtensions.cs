using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Consuming;
using Todo.Messaging.Management;
using Todo.Messaging.Schema;
using Todo.Messaging.Telemetry;

namespace Todo.Messaging.Hosting;

/// <summary>What all four services have in common: settings, database, ledger, transports, endpoints, shutdown.</summary>
public static class TodoServiceExtensions
{
    /// <param name="settings">Null: the environment of the process.</param>
    /// <exception cref="InvalidSettingException">A variable is missing or malformed.</exception>
    public static TodoServiceBuilder AddTodoService(this WebApplicationBuilder builder, string appId, int defaultPort, SettingsReader? settings = null)
    {
        settings ??= SettingsReader.Environment;
        var options = ServiceOptions.Read(settings, appId, defaultPort);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.BindAddress, options.Port);
            kestrel.Listen(options.BindAddress, options.ManagementPort);
        });
        builder.Logging.ClearProviders().AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            // They carry the trace, and in a handler the event.
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            console.JsonWriterOptions = new JsonWriterOptions { Indented = false };
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);

        var services = builder.Services;
        // Requests first, then consumers, the relay and its last events; Kubernetes' default grace is 30 s.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServiceState>();
        services.AddSingleton<IHostLifetime, DrainingLifetime>();
        services.AddSingleton(_ => NpgsqlDataSource.Create(options.Database));
        services.AddSingleton(new MigrationSet("messaging", typeof(TodoServiceExtensions).Assembly, "messaging/"));
        services.AddSingleton<Migrator>();
        services.AddHostedService<Startup>();
        services.AddPublishing();
        services.AddConsuming();
        services.AddReadiness();
        services.AddTelemetry(settings, appId);
        return new(builder, options, settings);
    }

    /// <summary>Maps the endpoints of docs/reference/service-contract.md. Call it before the service's own routes and middleware.</summary>
    public static WebApplication MapTodoService(this WebApplication app)
    {
        app.UseTodoServiceGates();
        app.MapHealth();
        app.MapMetrics();
        app.MapEvents();
        app.MapManagement();
        return app;
    }
}
