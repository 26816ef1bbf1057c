using Todo.Kubectl.Reports;
using Todo.Kubectl.Views;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary>Where <c>status</c> shows what it sees.</summary>
internal interface ITarget
{
    /// <summary>Shows one state.</summary>
    void Once(V1Alpha1TodoPlatform platform);

    /// <summary>Shows each state while something follows the platform.</summary>
    Task<V1Alpha1TodoPlatform?> FollowAsync(Func<Action<V1Alpha1TodoPlatform>, Task<V1Alpha1TodoPlatform?>> follow);
}

/// <summary>For people.</summary>
internal sealed class StatusTarget(Session session) : ITarget
{
    public void Once(V1Alpha1TodoPlatform platform) => session.Screen.Print(StatusView.Of(platform, session.Now));

    public async Task<V1Alpha1TodoPlatform?> FollowAsync(Func<Action<V1Alpha1TodoPlatform>, Task<V1Alpha1TodoPlatform?>> follow)
    {
        V1Alpha1TodoPlatform? ended = null;
        V1Alpha1TodoPlatform? last = null;
        await session.Screen.FollowAsync(async lines =>
        {
            ended = await follow(platform =>
            {
                last = platform;
                lines(StatusView.Line(platform), () => StatusView.Of(platform, session.Now));
            });
        });
        if (last is not null)
        {
            Once(last);
        }

        return ended;
    }
}

/// <summary>For programs.</summary>
internal sealed class JsonTarget(Screen screen) : ITarget
{
    public void Once(V1Alpha1TodoPlatform platform) => screen.Line(PlatformReport.Of(platform).ToJson(indented: true));

    public Task<V1Alpha1TodoPlatform?> FollowAsync(Func<Action<V1Alpha1TodoPlatform>, Task<V1Alpha1TodoPlatform?>> follow) =>
        follow(platform => screen.Line(PlatformReport.Of(platform).ToJson(indented: false)));
}
