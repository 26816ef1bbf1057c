using Todo.Contracts;
using Todo.EmailDelivery;
using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Intake;
using Todo.EmailDelivery.Queue;
using Todo.EmailDelivery.Smtp;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;

return await TodoService.RunAsync(
    args,
    AppIds.EmailDelivery,
    defaultPort: 8003,
    service =>
    {
        service.AddMigrations(new MigrationSet(DomainSchema.Name, DomainSchema.Assembly, DomainSchema.Prefix));
        var smtp = SmtpOptions.Read(service.Settings);
        service.Services.AddSingleton(smtp);
        var queue = QueueOptions.Read(service.Settings);
        service.Services.AddSingleton(queue);
        service.Services.AddSingleton(services =>
            new MailComposer(new MailboxAddress(smtp.FromName, smtp.FromAddress), smtp.Unsubscribe, services.GetRequiredService<TimeProvider>()));
        service.Services.AddSingleton(services => new MailPace(queue.PerMinute, services.GetRequiredService<TimeProvider>()));

        service.Services.AddSingleton<MailSignal>();
        service.Services.AddSingleton<MailQueue>();
        service.Services.AddSingleton<TransportPool>();
        service.Services.AddSingleton<Func<IMailTransport>>(() => new SmtpMailTransport(smtp));
        service.Services.AddSingleton<MailSender>();
        service.Services.AddHostedService<MailDispatcher>();
        service.AddEventHandler<ReminderHandler>(Topics.TaskReminders);
    });
