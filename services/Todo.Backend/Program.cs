using Todo.Backend;
using Todo.Backend.Categories;
using Todo.Backend.Changes;
using Todo.Backend.Http;
using Todo.Backend.Idempotency;
using Todo.Backend.Mcp;
using Todo.Backend.OpenApi;
using Todo.Backend.Reminders;
using Todo.Backend.Search;
using Todo.Backend.Security;
using Todo.Backend.Tags;
using Todo.Backend.Tasks;
using Todo.Backend.Users;
using Todo.Contracts;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

return await TodoService.RunAsync(
    args,
    AppIds.Backend,
    defaultPort: 8000,
    service =>
    {
        service.AddMigrations(new MigrationSet(DomainSchema.Name, DomainSchema.Assembly, DomainSchema.Prefix));
        var options = BackendOptions.Read(service.Settings);
        service.Services.AddTokenAuthentication(options);
        service.Services.AddRateLimit(options);
        service.Services.AddCrossOrigin(options);
        service.Services.AddOpenApiDescription();
        service.Services.AddSingleton<UserDirectory>();
        service.Services.AddHostedService<IdempotencyCleanup>();
        service.Services.AddSingleton<ChangeRunner>();
        service.Services.AddSingleton<ChangeExecutor>();
        service.Services.AddSingleton<TaskQueries>();
        service.Services.AddSingleton<TaskCommands>();
        service.Services.AddSingleton<TaskSearch>();
        service.Services.AddSingleton<CategoryQueries>();
        service.Services.AddSingleton<CategoryCommands>();
        service.Services.AddSingleton<TagQueries>();
        service.Services.AddSingleton<TagCommands>();
        service.Services.AddSingleton<ReminderQueries>();
        service.Services.AddSingleton<ReminderCommands>();
        service.Services.AddMcp();
    },
    app =>
    {
        app.UseProblemDetails();
        app.UseCors();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapBackendApi();
        app.MapOpenApiDescription();
        app.MapMcp();
    });
