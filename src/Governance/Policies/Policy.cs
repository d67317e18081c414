using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies;

/// <summary>What a release must fulfil, fixed before the first run. Made only by reading a file, so whoever holds one holds a valid one.</summary>
public sealed record Policy
{
    /// <summary>The schema of policy files.</summary>
    public const string Schema = "loragate.policy/1";

    internal Policy(YamlMapping source) => Source = source;

    /// <summary>The policy's name.</summary>
    public required string Name { get; init; }

    /// <summary>The policy's version.</summary>
    public required string Version { get; init; }

    /// <summary>What it is for, in plain words.</summary>
    public required string Description { get; init; }

    /// <summary>The same in Japanese; null where the policy does not say it.</summary>
    public string? JapaneseDescription { get; init; }

    /// <summary>α, the level of every one-sided test.</summary>
    public required double Alpha { get; init; }

    /// <summary>The seed of everything that is drawn at random: resamples and permutations.</summary>
    public int Seed { get; init; }

    /// <summary>The evaluation tasks by name.</summary>
    public required IReadOnlyDictionary<string, PolicyTask> Tasks { get; init; }

    /// <summary>The rules in the order of the file.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>Which waivers it accepts; null for none.</summary>
    public WaiverTerms? Waivers { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The folder that task files are relative to.</summary>
    public required string Folder { get; init; }

    /// <summary>The file as it was written.</summary>
    internal YamlMapping Source { get; }

    /// <summary>How a decision names this policy.</summary>
    public PolicyIdentity Identity => new(Name, Version, Digest);

    /// <summary>The rule that asks people; null where there is none.</summary>
    public ApprovalRule? ApprovalRule => Rules.OfType<ApprovalRule>().SingleOrDefault();

    /// <summary>Whom the policy asks to approve; nobody where it has no such rule.</summary>
    public ApprovalDemand Demand => ApprovalRule?.Demand ?? new ApprovalDemand([], ExcludeAuthor: false);

    /// <summary>The rules that test item scores.</summary>
    public IEnumerable<StatisticalRule> StatisticalRules => Rules.OfType<StatisticalRule>();

    /// <summary>Reads a policy file.</summary>
    /// <exception cref="PolicyException">Everything that is wrong with it, with line numbers.</exception>
    public static Policy ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new PolicyException(path, [new YamlFault(0, Directory.Exists(path) ? "a folder, not a policy" : "no such file")]);
        if (new FileInfo(path).Length > YamlTree.MaxBytes)
            throw new PolicyException(path, [new YamlFault(1, $"a policy has at most {YamlTree.MaxBytes} bytes")]);
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="place">The file's path, for messages and as the place that task files are relative to.</param>
    /// <exception cref="PolicyException">Everything that is wrong with it, with line numbers.</exception>
    public static Policy Parse(ReadOnlySpan<byte> utf8, string place)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        return PolicyReader.Read(utf8, place);
    }

    /// <summary>Why its terms refuse a waiver, whoever signs it and on whatever day; null where they do not.</summary>
    public WaiverState? RefusalOf(Waiver waiver)
    {
        ArgumentNullException.ThrowIfNull(waiver);
        return Waivers switch
        {
            null => WaiverState.NotWaivable,
            { Rules: var rules } when !rules.Contains(waiver.Rule) => WaiverState.NotWaivable,
            { MaximumDays: var most } when waiver.Days > most => WaiverState.TooLong,
            _ => null,
        };
    }

    /// <summary>The path of a task's file.</summary>
    /// <exception cref="ArgumentException">The policy has no such task.</exception>
    public string PathOf(string task) => Path.Combine([Folder, .. TaskOf(task).File.Split('/')]);

    /// <summary>The columns of a task's data that its rules select or cluster by, in ordinal order: the evaluation carries them into the items.</summary>
    /// <exception cref="ArgumentException">The policy has no such task.</exception>
    public IReadOnlyList<string> FieldsOf(string task)
    {
        var name = TaskOf(task).Name;
        return [.. StatisticalRules.Where(rule => rule.Measure.Task == name).SelectMany(rule => rule.Measure.Fields).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The line of a task in the file.</summary>
    public int LineOf(PolicyTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return (Source.Find("tasks")?.Value as YamlMapping)?.Find(task.Name)?.Line ?? Source.Line;
    }

    /// <summary>The line of a rule in the file.</summary>
    public int LineOf(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var rules = (Source.Find("rules")?.Value as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];
        return rules.FirstOrDefault(item => item.Find("id")?.Value is YamlScalar id && id.Value.Trim() == rule.Id)?.LineOf("id") ?? Source.Line;
    }

    /// <summary>The line of a key of the file itself; 1 where it is absent.</summary>
    public int LineOf(string key) => Source.LineOf(key);

    private PolicyTask TaskOf(string task) =>
        Tasks.TryGetValue(task, out var found) ? found : throw new ArgumentException($"The policy '{Name}' has no task '{task}'.", nameof(task));
}
