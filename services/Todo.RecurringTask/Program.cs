using Todo.Contracts;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.RecurringTask;

return await TodoService.RunAsync(
    args,
    AppIds.RecurringTask,
    defaultPort: 8004,
    service =>
    {
        service.AddMigrations(new MigrationSet(DomainSchema.Name, DomainSchema.Assembly, DomainSchema.Prefix));
        service.AddEventHandler<TaskCompletedHandler>(Topics.TaskRecurrence);
    });
