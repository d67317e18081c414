using Loragate.Artifacts;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger.Git;

/// <summary>
/// A ledger that is kept in a git repository, for writers on many machines: fetch, append, push. Where another writer was faster, the push is
/// refused, the append is discarded and made again on what the other one pushed. Idempotency keys make every repetition harmless, also
/// that of a push of which nobody knows whether it arrived.
/// </summary>
public sealed class LedgerClone
{
    private const int MostAttempts = 200;
    private const int MostRefusals = 3;
    private const string Head = "HEAD";
    private const string Fetched = "FETCH_HEAD";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly LedgerFolder _ledger;
    private readonly GitCommand _git;
    private readonly string _prefix;
    private readonly string _remote;
    private readonly string _branch;
    private readonly string _tracking;

    private LedgerClone(LedgerFolder ledger, GitCommand git, string prefix, string remote, string branch, string tracking) =>
        (_ledger, _git, _prefix, _remote, _branch, _tracking) = (ledger, git, prefix, remote, branch, tracking);

    /// <summary>Opens the clone that a ledger's folder lies in, or is.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <exception cref="LedgerException">git is not installed, the folder lies in no clone, or no branch that follows one of a remote is checked out.</exception>
    public static LedgerClone Open(LedgerFolder ledger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        const string Follow = "Check out the branch that holds the ledger and let it follow the remote's (git branch --set-upstream-to=origin/main).";
        var git = new GitCommand(ledger.Path);
        var prefix = git.Must(["rev-parse", "--show-prefix"], "A ledger that is pushed lies in a clone of a git repository.", cancellationToken).Line;
        var local = git.Must(["symbolic-ref", Head], Follow, cancellationToken).Line["refs/heads/".Length..];
        var remote = git.Must(["config", "--get", $"branch.{local}.remote"], Follow, cancellationToken).Line;
        var branch = git.Must(["config", "--get", $"branch.{local}.merge"], Follow, cancellationToken).Line;
        var tracking = git.Must(["rev-parse", "--symbolic-full-name", "@{upstream}"], Follow, cancellationToken).Line;
        return new LedgerClone(ledger, git, prefix, remote, branch, tracking);
    }

    /// <summary>Brings the ledger to where the remote is. An append that was never pushed is discarded.</summary>
    /// <param name="log">The ledger's key.</param>
    /// <param name="lockTimeout">How long to wait for others who work in this clone.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <exception cref="LedgerException">The remote cannot be reached, or the clone holds work on other files.</exception>
    /// <exception cref="IntegrityException">The remote's ledger does not begin with the one that was fetched before: it was rolled back or rewritten.</exception>
    /// <exception cref="TimeoutException">Somebody else kept the clone too long.</exception>
    public void Fetch(LedgerVerifier log, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        using var held = _ledger.LockClone(lockTimeout, cancellationToken);
        _ = Fetch(log, cancellationToken);
    }

    /// <summary>Fetches, appends and pushes until the push is taken. See <see cref="LedgerFolder"/>, Append.</summary>
    /// <exception cref="LedgerException">See <see cref="Fetch(LedgerVerifier, TimeSpan, CancellationToken)"/>; or the remote refuses the push although nobody else pushed.</exception>
    public AppendedEntries Append(Func<LedgerHistory, IReadOnlyList<LedgerEntry>> compose, LedgerKey key, TimeSpan lockTimeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var held = _ledger.LockClone(lockTimeout, cancellationToken);
        var log = key.VerifierFor(_ledger.ReadOrigin());
        for (var (attempt, refusals, last) = (0, 0, ""); ; attempt++)
        {
            var tip = Fetch(log, cancellationToken);
            refusals = tip == last ? refusals : 0;
            last = tip;
            if (AppendOn(tip, compose, key, lockTimeout, out var refusal, cancellationToken) is { } appended)
                return appended;
            if (++refusals == MostRefusals || attempt == MostAttempts)
                throw _git.Fault($"{_remote} refused the push", "Check that you may push to this branch; nothing was logged.", refusal!);
            cancellationToken.WaitHandle.WaitOne(Pause * attempt < LongestPause ? Pause * attempt : LongestPause);
        }
    }

    /// <summary>One attempt; null if the push was refused. However it ends, the clone then holds nothing that the remote does not hold.</summary>
    private AppendedEntries? AppendOn(string tip, Func<LedgerHistory, IReadOnlyList<LedgerEntry>> compose, LedgerKey key, TimeSpan lockTimeout, out GitOutput? refusal, CancellationToken cancellationToken)
    {
        refusal = null;
        var pushed = false;
        try
        {
            var appended = _ledger.Append(compose, key, lockTimeout, cancellationToken);
            if (appended.Added > 0)
            {
                Commit(appended, cancellationToken);
                refusal = _git.Run(["push", "--quiet", "--no-verify", _remote, $"{Head}:{_branch}"], cancellationToken);
            }
            pushed = refusal is not { Succeeded: false };
            if (pushed)
                _git.Must(["update-ref", _tracking, Head], "", cancellationToken);
            return pushed ? appended : null;
        }
        finally
        {
            if (!pushed)
                Reset(tip);
        }
    }

    private void Commit(AppendedEntries appended, CancellationToken cancellationToken)
    {
        const string Advice = "Check the clone with 'git status'.";
        _git.Must(["add", "--force", "--", .. LedgerFolder.Published.Where(name => Path.Exists(Path.Combine(_ledger.Path, name)))], Advice, cancellationToken);
        _git.Must(["commit", "--quiet", "--no-verify", "-m", $"Ledger: {appended.Added} more, {appended.Checkpoint.Size} entries"], Advice, cancellationToken);
    }

    /// <returns>The remote's commit, which is now the clone's.</returns>
    private string Fetch(LedgerVerifier log, CancellationToken cancellationToken)
    {
        var known = _git.Must(["rev-parse", _tracking], "Fetch once with 'git fetch'.", cancellationToken).Line;
        RefuseOtherWork(known, cancellationToken);
        var seen = CheckpointAt(known, log, cancellationToken);
        _git.Must(["fetch", "--quiet", "--no-tags", "--refmap=", _remote, _branch], "Check the remote, the network and your credentials.", cancellationToken);
        var tip = _git.Must(["rev-parse", Fetched], "", cancellationToken).Line;
        Reset(tip);
        try
        {
            _ledger.RequireBeginning(seen, log, $"{_remote} {_branch}");
        }
        catch (Exception e) when (e is IntegrityException or MalformedInputException)
        {
            Reset(known);
            throw;
        }
        _git.Must(["update-ref", _tracking, tip], "", cancellationToken);
        return tip;
    }

    private LedgerCheckpoint CheckpointAt(string commit, LedgerVerifier log, CancellationToken cancellationToken)
    {
        var note = _git.Must(["show", $"{commit}:{_prefix}{LedgerStore.CheckpointName}"], "Commit a new ledger's checkpoint and push it once.", cancellationToken);
        return LedgerCheckpoint.Open(note.Bytes, log, LedgerStore.CheckpointName);
    }

    /// <summary>Bringing the clone to where the remote is discards what is not pushed: only appends may be lost, since they can be made again.</summary>
    private void RefuseOtherWork(string known, CancellationToken cancellationToken)
    {
        var changed = _git.Must(["diff", "--name-only", "--no-renames", "-z", known], "Check the clone with 'git status'.", cancellationToken).Paths;
        if (changed.FirstOrDefault(path => !IsOfLedger(path)) is { } other)
            throw new LedgerException(_ledger.Path, $"the clone holds a change of {Printable.Of(other)} that is not pushed and would be lost", "Push or stash it, or keep a clone of its own for the ledger.");
    }

    private bool IsOfLedger(string path) => path.StartsWith(_prefix, StringComparison.Ordinal)
        && LedgerFolder.Published.Any(name => path[_prefix.Length..] == name || path[_prefix.Length..].StartsWith(name + "/", StringComparison.Ordinal));

    private void Reset(string commit) => _git.Must(["reset", "--hard", "--quiet", commit], "Check the clone with 'git status'.", CancellationToken.None);
}
