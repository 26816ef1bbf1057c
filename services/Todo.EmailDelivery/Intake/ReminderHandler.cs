using Npgsql;
using Todo.EmailDelivery.Content;
using Todo.EmailDelivery.Queue;
using Todo.Messaging.Consuming;

namespace Todo.EmailDelivery.Intake;

/// <summary>
/// Turns a reminder into a row of the mail queue, in the transaction that records the event as handled. Sending comes after: no transaction covers a mail.
/// </summary>
internal sealed class ReminderHandler(MailComposer composer, MailSignal signal) : IEventHandler
{
    public async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var reminder = await ReminderReader.ReadAsync(value, transaction, cancellationToken);
        if (reminder is not null && await MailQueue.AddAsync(transaction, reminder, composer.MessageIdOf(reminder), cancellationToken))
        {
            signal.Set();
        }
    }
}
