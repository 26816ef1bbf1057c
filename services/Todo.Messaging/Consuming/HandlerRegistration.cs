namespace Todo.Messaging.Consuming;

/// <summary>Which handler takes a topic's events.</summary>
internal sealed record HandlerRegistration(string Topic, Type Handler);
