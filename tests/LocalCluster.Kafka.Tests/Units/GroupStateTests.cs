using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Units;

/// <summary>The group protocol on a clock of its own: no client, no network.</summary>
public sealed class GroupStateTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rebalance = TimeSpan.FromSeconds(60);
    private readonly ManualTime _time = new();
    private readonly Group _group;
    private StoredGroup? _saved;

    public GroupStateTests() => _group = new Group("g", Settings(), null);

    [Fact]
    public async Task The_first_members_are_gathered_and_get_one_generation()
    {
        var first = Join();
        _time.Advance(Delay / 2);
        var second = Join();
        _time.Advance(Delay / 2);
        Assert.False(first.IsCompleted);
        _time.Advance(Delay / 2);

        var (a, b) = (await first, await second);
        Assert.Equal((1, 1), (a.Generation, b.Generation));
        Assert.Equal(a.MemberId, a.Leader);
        Assert.Equal([a.MemberId, b.MemberId], a.Members.Select(m => m.Id));
        Assert.Empty(b.Members);
    }

    [Fact]
    public async Task A_new_client_is_told_its_id_first_and_is_no_member_until_it_comes_back_with_it()
    {
        var told = await _group.JoinAsync(Request("", needsIdFirst: true));
        Assert.Equal(ErrorCode.MemberIdRequired, told.Error);
        Assert.Empty(_group.Describe().Members);

        var joining = Join(told.MemberId);
        _time.Advance(Delay);
        Assert.Equal(told.MemberId, (await joining).MemberId);
    }

    [Fact]
    public async Task An_id_that_nobody_uses_delays_a_rebalance_for_a_session_and_no_longer()
    {
        var leader = await StableAsync();
        await _group.JoinAsync(Request("", needsIdFirst: true));
        var rejoining = Join(leader);
        Assert.False(rejoining.IsCompleted);

        _time.Advance(Session);

        Assert.Equal(ErrorCode.None, (await rejoining).Error);
    }

    [Fact]
    public async Task A_join_sends_the_others_back_through_their_heartbeat_and_completes_when_they_came()
    {
        var first = await StableAsync();
        var second = Join();
        Assert.Equal(ErrorCode.RebalanceInProgress, _group.Heartbeat(first, 1));
        Assert.False(second.IsCompleted);

        var again = Join(first);

        Assert.Equal((2, 2), ((await second).Generation, (await again).Generation));
        Assert.Equal(ErrorCode.IllegalGeneration, _group.Heartbeat(first, 1));
        Assert.Equal(ErrorCode.None, _group.Heartbeat(first, 2));
    }

    [Fact]
    public async Task Members_get_what_the_leader_assigned_whoever_asks_first()
    {
        var first = Join();
        var second = Join();
        _time.Advance(Delay);
        var (leader, follower) = ((await first).MemberId, (await second).MemberId);

        var waiting = _group.SyncAsync(follower, 1, []);
        Assert.False(waiting.IsCompleted);
        var own = await _group.SyncAsync(leader, 1, [(leader, [1]), (follower, [2])]);

        Assert.Equal([1], own.Assignment);
        Assert.Equal([2], (await waiting).Assignment);
        Assert.Equal(2, _saved!.Members.Count);
    }

    [Fact]
    public async Task A_silent_member_is_out_after_its_session_and_the_rest_rebalance()
    {
        var (alive, silent) = await TwoAsync();
        for (var elapsed = TimeSpan.Zero; elapsed < Session; elapsed += TimeSpan.FromSeconds(1))
        {
            Assert.Equal(ErrorCode.None, _group.Heartbeat(alive, 1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ErrorCode.RebalanceInProgress, _group.Heartbeat(alive, 1));
        Assert.Equal(ErrorCode.UnknownMemberId, _group.Heartbeat(silent, 1));
        Assert.Equal(2, (await Join(alive)).Generation);
    }

    [Fact]
    public async Task A_member_that_heartbeats_but_does_not_rejoin_holds_the_rest_up_for_its_rebalance_timeout()
    {
        var (willing, stubborn) = await TwoAsync();
        var third = Join();
        var rejoin = Join(willing);
        for (var elapsed = TimeSpan.Zero; elapsed < Rebalance; elapsed += TimeSpan.FromSeconds(5))
        {
            Assert.False(rejoin.IsCompleted);
            Assert.Equal(ErrorCode.RebalanceInProgress, _group.Heartbeat(stubborn, 1));
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal((2, 2), ((await rejoin).Generation, (await third).Generation));
        Assert.Equal(ErrorCode.UnknownMemberId, _group.Heartbeat(stubborn, 1));
    }

    [Fact]
    public async Task A_leader_that_dies_before_it_assigned_is_replaced()
    {
        var first = Join();
        var second = Join();
        _time.Advance(Delay);
        var (leader, follower) = ((await first).MemberId, (await second).MemberId);
        var waiting = _group.SyncAsync(follower, 1, []);

        _time.Advance(Session);

        Assert.Equal(ErrorCode.RebalanceInProgress, (await waiting).Error);
        var joined = await Join(follower);
        Assert.Equal((2, follower), (joined.Generation, joined.Leader));
        Assert.Equal(ErrorCode.UnknownMemberId, _group.Heartbeat(leader, 1));
    }

    [Fact]
    public async Task When_the_last_one_leaves_the_group_is_empty_and_open_to_administrators()
    {
        var only = await StableAsync();
        Assert.Equal(ErrorCode.UnknownMemberId, _group.CheckCommit("", -1));
        Assert.Equal(ErrorCode.None, _group.CheckCommit(only, 1));

        Assert.Equal(ErrorCode.None, _group.Leave(only));

        Assert.Equal(GroupState.Empty, _group.Describe().State);
        Assert.Equal(ErrorCode.None, _group.CheckCommit("", -1));
        Assert.Equal(ErrorCode.UnknownMemberId, _group.CheckCommit(only, 1));
    }

    [Fact]
    public async Task A_member_without_a_common_strategy_is_refused()
    {
        await StableAsync();
        var stranger = await _group.JoinAsync(Request("", protocols: ["sticky"]));
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, stranger.Error);
    }

    [Fact]
    public async Task The_strategy_is_one_that_all_know_and_most_prefer()
    {
        var joins = new[] { _group.JoinAsync(Request("", protocols: ["range", "roundrobin"])), _group.JoinAsync(Request("", protocols: ["roundrobin", "range"])), _group.JoinAsync(Request("", protocols: ["sticky", "roundrobin"])) };
        _time.Advance(Delay);
        Assert.All(await Task.WhenAll(joins), joined => Assert.Equal("roundrobin", joined.Protocol));
    }

    [Fact]
    public async Task A_stored_group_goes_on_where_it_was()
    {
        var member = await StableAsync();
        using var restored = new Group("g", Settings(), _saved);

        Assert.Equal(ErrorCode.None, restored.Heartbeat(member, 1));
        Assert.Equal([7], (await restored.SyncAsync(member, 1, [])).Assignment);
        _time.Advance(Session);
        Assert.Equal(ErrorCode.UnknownMemberId, restored.Heartbeat(member, 1));
    }

    public void Dispose() => _group.Dispose();

    private static JoinRequest Request(string memberId, bool needsIdFirst = false, params string[] protocols) => new(
        memberId, needsIdFirst, "client", "127.0.0.1", Session, Rebalance, "consumer", [.. (protocols.Length == 0 ? ["range"] : protocols).Select(p => new StoredProtocol(p, [0]))]);

    private GroupSettings Settings() => new(Delay, _time, _time.GetTimestamp(), (_, group) => _saved = group);

    private Task<JoinResult> Join(string memberId = "") => _group.JoinAsync(Request(memberId));

    private async Task<string> StableAsync()
    {
        var joining = Join();
        _time.Advance(Delay);
        var member = (await joining).MemberId;
        await _group.SyncAsync(member, 1, [(member, [7])]);
        return member;
    }

    private async Task<(string Leader, string Follower)> TwoAsync()
    {
        var first = Join();
        var second = Join();
        _time.Advance(Delay);
        var (leader, follower) = ((await first).MemberId, (await second).MemberId);
        await Task.WhenAll(_group.SyncAsync(leader, 1, [(leader, [1]), (follower, [2])]), _group.SyncAsync(follower, 1, []));
        return (leader, follower);
    }
}
