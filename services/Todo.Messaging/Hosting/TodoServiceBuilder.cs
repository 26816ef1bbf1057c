using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Todo.Messaging.Consuming;
using Todo.Messaging.Jobs;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Hosting;

/// <summary>What one service adds to the common base.</summary>
public sealed class TodoServiceBuilder
{
    private readonly WebApplicationBuilder _builder;

    internal TodoServiceBuilder(WebApplicationBuilder builder, ServiceOptions options, SettingsReader settings)
    {
        _builder = builder;
        Options = options;
        Settings = settings;
    }

    /// <summary>The common settings, already validated.</summary>
    public ServiceOptions Options { get; }

    /// <summary>For settings of the service's own: a failure ends the process with exit code 78 and one line that names the variable.</summary>
    public SettingsReader Settings { get; }

    public IServiceCollection Services => _builder.Services;

    public WebApplicationBuilder WebApplication => _builder;

    /// <summary>
    /// Consumes a topic: the events owed to this service are recorded from its first start on, and <typeparamref name="THandler"/> (scoped) gets each once.
    /// </summary>
    public TodoServiceBuilder AddEventHandler<THandler>(string topic)
        where THandler : class, IEventHandler
    {
        Services.AddScoped<THandler>();
        Services.AddSingleton(new HandlerRegistration(topic, typeof(THandler)));
        return this;
    }

    /// <summary>Applied at start after the ledger's own, in the order of registration.</summary>
    public TodoServiceBuilder AddMigrations(MigrationSet set)
    {
        Services.AddSingleton(set);
        return this;
    }

    /// <summary>Something of the service's own that <c>GET /readyz</c> tells of.</summary>
    public TodoServiceBuilder AddReadinessCheck<TCheck>()
        where TCheck : class, IReadinessCheck
    {
        Services.AddSingleton<IReadinessCheck, TCheck>();
        return this;
    }

    /// <summary>
    /// A job in Dapr's scheduler, which calls <c>POST /job/{name}</c> (to be mapped by the service, with <see cref="SidecarFilter.RequireSidecar"/>). It is created at
    /// start when <c>USE_DAPR</c> is true, and started and stopped by <c>/internal/jobs/...</c>. Without Dapr the service runs a loop of its own.
    /// </summary>
    public TodoServiceBuilder AddDaprJob(string name, TimeSpan interval)
    {
        Services.AddSingleton(new DaprJobOptions(name, interval));
        Services.AddSingleton<DaprJob>();
        Services.AddHostedService(x => x.GetRequiredService<DaprJob>());
        return this;
    }
}
