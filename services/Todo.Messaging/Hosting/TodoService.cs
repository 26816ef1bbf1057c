using Microsoft.AspNetCore.Builder;

namespace Todo.Messaging.Hosting;

/// <summary>The whole life of a service's process.</summary>
public static class TodoService
{
    /// <summary>Builds, runs and stops a service.</summary>
    /// <param name="configure">Adds the service's own parts; may read settings and throw <see cref="InvalidSettingException"/>.</param>
    /// <param name="map">Maps the service's own routes.</param>
    /// <returns>The process's exit code: 0, 1 (a migration failed), or 78 after one line on standard error that names the variable that is wrong.</returns>
    public static async Task<int> RunAsync(
        string[] args, string appId, int defaultPort, Action<TodoServiceBuilder> configure, Action<WebApplication>? map = null)
    {
        WebApplication app;
        try
        {
            var builder = WebApplication.CreateSlimBuilder(args);
            configure(builder.AddTodoService(appId, defaultPort));
            app = builder.Build();
        }
        catch (InvalidSettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return InvalidSettingException.ExitCode;
        }

        await using (app)
        {
            app.MapTodoService();
            map?.Invoke(app);
            await app.RunAsync();
            return Environment.ExitCode;
        }
    }
}
