-- The trace of a request goes on in the mail that it leads to, which is sent after the transaction of its event.
alter table mails add column traceparent text;           -- W3C Trace Context of the span in which the reminder was handled; null without one
