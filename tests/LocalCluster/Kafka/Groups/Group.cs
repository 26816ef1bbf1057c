using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Storage;

namespace LocalCluster.Kafka.Groups;

/// <summary>
/// The members of one consumer group, after Kafka's classic group protocol: members join, all wait until everyone has joined, the
/// leader hands in the assignment, members fetch it; a heartbeat tells each of them when to join again. One timer per group stands at the next
/// deadline; nothing polls.
/// </summary>
internal sealed class Group : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);

    /// <summary>Ids given out whose owner has not joined with them yet, and until when they hold.</summary>
    private readonly Dictionary<string, TimeSpan> _promised = new(StringComparer.Ordinal);

    private readonly GroupSettings _settings;
    private readonly ITimer _timer;
    private GroupState _state = GroupState.Empty;
    private int _generation;
    private string _protocolType = "";
    private string? _protocol;
    private string? _leader;
    private TimeSpan _rebalanceDeadline;

    /// <summary>While the first members gather: until when later ones may prolong that.</summary>
    private TimeSpan? _gatherUntil;

    private bool _closed;

    public Group(string id, GroupSettings settings, StoredGroup? stored)
    {
        Id = id;
        _settings = settings;
        _timer = settings.Time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (stored is not null)
        {
            Restore(stored);
        }
    }

    public string Id { get; }

    private TimeSpan Now => _settings.Now();

    public Task<JoinResult> JoinAsync(JoinRequest request)
    {
        lock (_gate)
        {
            var id = request.MemberId;
            if (!IsCompatible(request))
            {
                return Task.FromResult(JoinResult.Failed(ErrorCode.InconsistentGroupProtocol, id));
            }

            if (id.Length == 0)
            {
                id = $"{request.ClientId}-{Guid.NewGuid()}";
                if (request.NeedsIdFirst)
                {
                    _promised[id] = Now + request.SessionTimeout;
                    SetTimer();
                    return Task.FromResult(JoinResult.Failed(ErrorCode.MemberIdRequired, id));
                }

                return AddAsync(id, request);
            }

            if (_promised.Remove(id))
            {
                return AddAsync(id, request);
            }

            return _members.TryGetValue(id, out var member)
                ? RejoinAsync(member, request)
                : Task.FromResult(JoinResult.Failed(ErrorCode.UnknownMemberId, id));
        }
    }

    public Task<SyncResult> SyncAsync(string memberId, int generation, IReadOnlyList<(string MemberId, byte[] Assignment)> assignments)
    {
        lock (_gate)
        {
            var error = Check(memberId, generation, out var member);
            if (error != ErrorCode.None || _state == GroupState.PreparingRebalance)
            {
                return Task.FromResult(SyncResult.Failed(error != ErrorCode.None ? error : ErrorCode.RebalanceInProgress));
            }

            Touch(member!);
            if (_state == GroupState.Stable)
            {
                SetTimer();
                return Task.FromResult(new SyncResult(ErrorCode.None, member!.Assignment));
            }

            member!.Syncing?.TrySetResult(SyncResult.Failed(ErrorCode.RebalanceInProgress));
            member.Syncing = new TaskCompletionSource<SyncResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            var answer = member.Syncing.Task;
            if (memberId == _leader)
            {
                Assign(assignments);
            }

            SetTimer();
            return answer;
        }
    }

    public ErrorCode Heartbeat(string memberId, int generation)
    {
        lock (_gate)
        {
            var error = Check(memberId, generation, out var member);
            if (error != ErrorCode.None)
            {
                return error;
            }

            Touch(member!);
            SetTimer();
            return _state == GroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public ErrorCode Leave(string memberId)
    {
        lock (_gate)
        {
            if (_promised.Remove(memberId))
            {
                CompleteJoinIfAllThere();
            }
            else if (_members.TryGetValue(memberId, out var member))
            {
                Remove(member);
            }
            else
            {
                return ErrorCode.UnknownMemberId;
            }

            SetTimer();
            return ErrorCode.None;
        }
    }

    /// <summary>Whether a commit may be taken. One without a member (an administrator's, or a client that assigns by hand) only while nobody is in the group.</summary>
    public ErrorCode CheckCommit(string memberId, int generation)
    {
        lock (_gate)
        {
            if (generation < 0 && _state == GroupState.Empty)
            {
                return ErrorCode.None;
            }

            var error = Check(memberId, generation, out var member);
            if (error != ErrorCode.None)
            {
                return error;
            }

            Touch(member!);
            SetTimer();
            return _state == GroupState.CompletingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
        }
    }

    public GroupDescription Describe()
    {
        lock (_gate)
        {
            var settled = _state == GroupState.Stable;
            var members = _members.Values.Select(m => new MemberDescription(
                m.Id, m.Request.ClientId, m.Request.ClientHost, settled ? m.MetadataFor(_protocol) : [], settled ? m.Assignment : []));
            return new GroupDescription(Id, _state, _generation, _protocolType, settled ? _protocol ?? "" : "", [.. members]);
        }
    }

    /// <summary>Nothing is stored after this, not even by a timer that has fired already.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _timer.Dispose();
        }
    }

    private bool IsCompatible(JoinRequest request)
    {
        if (request.Protocols.Count == 0 || request.ProtocolType.Length == 0)
        {
            return false;
        }

        var others = _members.Values.Where(m => m.Id != request.MemberId).Select(m => m.Request.Protocols).ToList();
        return others.Count == 0 || (request.ProtocolType == _protocolType && ProtocolChoice.Common([.. others, request.Protocols]).Count > 0);
    }

    private ErrorCode Check(string memberId, int generation, out Member? member)
    {
        if (!_members.TryGetValue(memberId, out member))
        {
            return ErrorCode.UnknownMemberId;
        }

        return generation == _generation ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private void Touch(Member member) => member.Deadline = Now + member.Request.SessionTimeout;

    private Task<JoinResult> AddAsync(string id, JoinRequest request)
    {
        var member = new Member(id, request);
        _members.Add(id, member);
        _protocolType = request.ProtocolType;
        if (_gatherUntil is { } until)
        {
            _rebalanceDeadline = Min(Now + _settings.InitialRebalanceDelay, until);
        }

        return WaitForOthersAsync(member);
    }

    private Task<JoinResult> RejoinAsync(Member member, JoinRequest request)
    {
        var nothingNew = member.HasSameProtocols(request)
            && (_state == GroupState.CompletingRebalance || (_state == GroupState.Stable && member.Id != _leader));
        member.Request = request;
        Touch(member);
        if (nothingNew)
        {
            SetTimer();
            return Task.FromResult(Joined(member));
        }

        return WaitForOthersAsync(member);
    }

    private Task<JoinResult> WaitForOthersAsync(Member member)
    {
        // A client that lost its connection asks again: nobody waits for the first answer any more.
        member.Joining?.TrySetResult(JoinResult.Failed(ErrorCode.RebalanceInProgress, member.Id));
        member.Joining = new TaskCompletionSource<JoinResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = member.Joining.Task;
        if (_state != GroupState.PreparingRebalance)
        {
            StartRebalance();
        }

        CompleteJoinIfAllThere();
        SetTimer();
        return answer;
    }

    private void StartRebalance()
    {
        foreach (var member in _members.Values)
        {
            FinishSync(member, SyncResult.Failed(ErrorCode.RebalanceInProgress));
        }

        var longest = _members.Values.Max(m => m.Request.RebalanceTimeout);
        _gatherUntil = _state == GroupState.Empty ? Now + longest : null;
        _rebalanceDeadline = Now + (_state == GroupState.Empty ? _settings.InitialRebalanceDelay : longest);
        _state = GroupState.PreparingRebalance;
    }

    private void CompleteJoinIfAllThere()
    {
        var gathering = _gatherUntil is not null && Now < _rebalanceDeadline;
        if (_state == GroupState.PreparingRebalance && !gathering && _promised.Count == 0 && _members.Values.All(m => m.Joining is not null))
        {
            CompleteJoin();
        }
    }

    private void CompleteJoin()
    {
        foreach (var absent in _members.Values.Where(m => m.Joining is null).ToList())
        {
            _members.Remove(absent.Id);
        }

        _gatherUntil = null;
        _generation++;
        if (_members.Count == 0)
        {
            (_state, _protocol, _leader) = (GroupState.Empty, null, null);
            Save();
            return;
        }

        _state = GroupState.CompletingRebalance;
        _protocol = ProtocolChoice.Choose([.. _members.Values.Select(m => m.Request.Protocols)]);
        _leader = _leader is not null && _members.ContainsKey(_leader) ? _leader : _members.Keys.First();
        foreach (var member in _members.Values)
        {
            Touch(member);
            var waiting = member.Joining!;
            member.Joining = null;
            waiting.TrySetResult(Joined(member));
        }
    }

    private JoinResult Joined(Member member)
    {
        IEnumerable<(string, byte[])> members = member.Id == _leader ? _members.Values.Select(m => (m.Id, m.MetadataFor(_protocol))) : [];
        return new JoinResult(ErrorCode.None, member.Id, _generation, _protocol, _leader!, [.. members]);
    }

    private void Assign(IReadOnlyList<(string MemberId, byte[] Assignment)> assignments)
    {
        foreach (var member in _members.Values)
        {
            member.Assignment = assignments.FirstOrDefault(a => a.MemberId == member.Id).Assignment ?? [];
        }

        _state = GroupState.Stable;
        Save();
        foreach (var member in _members.Values)
        {
            FinishSync(member, new SyncResult(ErrorCode.None, member.Assignment));
        }
    }

    private void FinishSync(Member member, SyncResult result)
    {
        if (member.Syncing is { } waiting)
        {
            member.Syncing = null;
            Touch(member);
            waiting.TrySetResult(result);
        }
    }

    private void Remove(Member member)
    {
        _members.Remove(member.Id);
        member.Joining?.TrySetResult(JoinResult.Failed(ErrorCode.UnknownMemberId, member.Id));
        member.Syncing?.TrySetResult(SyncResult.Failed(ErrorCode.UnknownMemberId));
        if (_members.Count == 0)
        {
            CompleteJoin();
            return;
        }

        if (_state != GroupState.PreparingRebalance)
        {
            StartRebalance();
        }

        CompleteJoinIfAllThere();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            var now = Now;
            foreach (var id in _promised.Where(p => p.Value <= now).Select(p => p.Key).ToList())
            {
                _promised.Remove(id);
            }

            foreach (var dead in _members.Values.Where(m => !m.Waits && m.Deadline <= now).ToList())
            {
                Remove(dead);
            }

            if (_state == GroupState.PreparingRebalance && _rebalanceDeadline <= now)
            {
                CompleteJoin();
            }

            CompleteJoinIfAllThere();
            SetTimer();
        }
    }

    private void SetTimer()
    {
        var deadlines = _members.Values.Where(m => !m.Waits).Select(m => m.Deadline).Concat(_promised.Values);
        if (_state == GroupState.PreparingRebalance)
        {
            deadlines = deadlines.Append(_rebalanceDeadline);
        }

        var next = deadlines.DefaultIfEmpty(TimeSpan.MaxValue).Min();
        _timer.Change(next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : Max(TimeSpan.FromMilliseconds(1), next - Now), Timeout.InfiniteTimeSpan);
    }

    private void Restore(StoredGroup stored)
    {
        (_generation, _protocolType, _protocol, _leader) = (stored.Generation, stored.ProtocolType, stored.Protocol, stored.Leader);
        foreach (var m in stored.Members)
        {
            var request = new JoinRequest(m.Id, false, m.ClientId, m.ClientHost, m.SessionTimeout, m.RebalanceTimeout, stored.ProtocolType, m.Protocols);
            var member = new Member(m.Id, request) { Assignment = m.Assignment };
            Touch(member);
            _members.Add(m.Id, member);
        }

        _state = _members.Count > 0 ? GroupState.Stable : GroupState.Empty;
        SetTimer();
    }

    private void Save() => _settings.Save(Id, new StoredGroup(_generation, _protocolType, _protocol, _leader, [.. _members.Values.Select(m => new StoredMember(
        m.Id, m.Request.ClientId, m.Request.ClientHost, m.Request.SessionTimeout, m.Request.RebalanceTimeout, m.Request.Protocols, m.Assignment))]));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
