using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Todo.Messaging.Publishing;
using Todo.Messaging.Schema;

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
        services.AddSingleton<RelaySignal>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<IOutbox>(x => x.GetRequiredService<Outbox>());
        services.AddHostedService<Startup>();
        return new(builder, options, settings);
    }

    /// <summary>Maps the endpoints of docs/reference/service-contract.md. Call it before the service's own routes and middleware.</summary>
    public static WebApplication MapTodoService(this WebApplication app)
    {
        app.UseTodoServiceGates();
        app.MapHealth();
        return app;
    }
}
