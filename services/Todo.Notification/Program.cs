using Todo.Contracts;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.Notification;
using Todo.Notification.Cursor;
using Todo.Notification.Jobs;
using Todo.Notification.Reminders;

return await TodoService.RunAsync(
    args,
    AppIds.Notification,
    defaultPort: 8002,
    service =>
    {
        service.AddMigrations(new MigrationSet(DomainSchema.Name, DomainSchema.Assembly, DomainSchema.Prefix));
        var options = NotificationOptions.Read(service.Settings);
        service.Services.AddSingleton(options);

        service.Services.AddSingleton<ReminderEvents>();
        service.Services.AddSingleton<ReminderClaims>();
        service.Services.AddSingleton<SetReminderClaims>();
        service.Services.AddSingleton<ReminderSweep>();
        service.Services.AddHostedService<SweepLoop>();
        service.AddEventHandler<TaskChangedHandler>(Topics.TaskEvents);

        service.Services.AddSingleton(Sidecar.CreateClient(service.Options.Dapr));
        service.Services.AddSingleton<DatabaseCursor>();
        if (service.Options.UseDapr)
        {
            service.Services.AddSingleton<ISweepCursor, DaprStateCursor>();
        }
        else
        {
            service.Services.AddSingleton<ISweepCursor>(services => services.GetRequiredService<DatabaseCursor>());
        }

        service.AddReadinessCheck<SweepCheck>();
        service.AddDaprJob(JobEndpoints.Name, options.PollInterval);
    },
    app => app.MapJobs());
