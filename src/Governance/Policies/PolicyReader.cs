using FluentValidation.Results;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies;

/// <summary>Bytes → tree → rules → validation; every fault of all steps but the first is collected before any is thrown.</summary>
internal sealed class PolicyReader
{
    private readonly List<YamlFault> _faults = [];

    public static Policy Read(ReadOnlySpan<byte> utf8, string place)
    {
        var root = YamlTree.Parse(utf8, (faults, inner) => new PolicyException(place, faults, inner));
        var reader = new PolicyReader();
        var policy = reader.ReadPolicy(root, Digest.Of(utf8), Path.GetDirectoryName(place) ?? "");
        return reader._faults.Count == 0 ? policy : throw new PolicyException(place, [.. reader._faults.Distinct().OrderBy(fault => fault.Line)]);
    }

    private Policy ReadPolicy(YamlMapping root, Digest digest, string folder)
    {
        var reader = new MappingReader(root, _faults);
        CheckSchema(reader);
        var policy = new Policy(root)
        {
            Name = reader.Text("name"),
            Version = reader.Text("version"),
            Description = reader.Text("description"),
            JapaneseDescription = reader.OptionalText("description.ja"),
            Alpha = reader.Number("alpha"),
            Seed = reader.OptionalWhole("seed") ?? 0,
            Tasks = ReadTasks(reader),
            Rules = ReadRules(reader),
            Waivers = ReadWaivers(reader),
            Digest = digest,
            Folder = folder,
        };
        reader.Finish();
        AddFailures(new PolicyValidator().Validate(policy).Errors, root);
        return policy;
    }

    private static void CheckSchema(MappingReader reader)
    {
        var schema = reader.Text("schema");
        if (schema.Length > 0 && schema != Policy.Schema)
            reader.Fault(reader.Mapping.LineOf("schema"), $"'schema' must be {Policy.Schema}, not '{schema}'");
    }

    private Dictionary<string, PolicyTask> ReadTasks(MappingReader root)
    {
        var tasks = new Dictionary<string, PolicyTask>(StringComparer.Ordinal);
        if (root.OptionalMapping("tasks") is not { } reader)
            return tasks;
        foreach (var name in reader.Mapping.Entries.Select(entry => entry.Key))
        {
            if (reader.OptionalMapping(name) is { } task)
                tasks.Add(name, ReadTask(name, task));
        }
        return tasks;
    }

    private PolicyTask ReadTask(string name, MappingReader reader)
    {
        var task = new PolicyTask(name, reader.Text("file"), reader.OptionalWhole("limit"), reader.Text("purpose"), ReadPin(reader), reader.Flag("acceptImported", absent: false), reader.Flag("acceptRemote", absent: false)) { JapanesePurpose = reader.OptionalText("purpose.ja"), Prompt = ReadPrompt(reader) };
        reader.Finish();
        AddFailures(new PolicyTaskValidator().Validate(task).Errors, reader.Mapping);
        return task;
    }

    private static PolicyPrompt ReadPrompt(MappingReader task) => new(
        task.Word("chat", ChatForm.None, ("single-turn", ChatForm.SingleTurn), ("multi-turn", ChatForm.MultiTurn)), task.OptionalText("system"));

    private static TaskPin? ReadPin(MappingReader task)
    {
        if (task.OptionalMapping("sha256") is not { } reader)
            return null;
        var pin = new TaskPin(reader.Sha256("task"), reader.Sha256("data"));
        reader.Finish();
        return pin;
    }

    private WaiverTerms? ReadWaivers(MappingReader root)
    {
        if (root.OptionalMapping("waivers") is not { } reader)
            return null;
        var terms = new WaiverTerms(reader.Texts("rules"), reader.Whole("signers"), reader.Texts("roles"), reader.Whole("maximumDays"));
        reader.Finish();
        AddFailures(new WaiverTermsValidator().Validate(terms).Errors, reader.Mapping);
        return terms;
    }

    private List<Rule> ReadRules(MappingReader root)
    {
        var rules = new List<Rule>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var reader in root.Mappings("rules"))
        {
            if (ReadRule(reader, lines) is { } rule)
                rules.Add(rule);
        }
        CheckTasks(root, rules, lines);
        return rules;
    }

    private Rule? ReadRule(MappingReader reader, Dictionary<string, int> lines)
    {
        var before = _faults.Count;
        var head = new RuleHead(
            reader.Text("id"),
            reader.Word<Severity>("severity", null, ("block", Severity.Block), ("warn", Severity.Warn)),
            reader.Texts("controls"),
            reader.Text("why"));
        if (head.Id.Length > 0 && !lines.TryAdd(head.Id, reader.Mapping.LineOf("id")))
            reader.Fault(reader.Mapping.LineOf("id"), $"the id '{head.Id}' is taken by the rule on line {lines[head.Id]}");
        var name = reader.Text("check");
        if (RuleKinds.Find(name) is not { } kind)
        {
            if (name.Length > 0)
                reader.Fault(reader.Mapping.LineOf("check"), $"the check '{name}' is unknown; known are {string.Join(", ", RuleKinds.All.Select(known => known.Name))}");
            return null;
        }
        var rule = kind.Read(head, reader);
        reader.Finish();
        AddFailures(kind.Validate(rule), reader.Mapping, before);
        return rule;
    }

    private void CheckTasks(MappingReader root, List<Rule> rules, Dictionary<string, int> lines)
    {
        var known = root.Mapping.Find("tasks")?.Value is YamlMapping tasks ? tasks.Entries.Select(entry => entry.Key).ToList() : [];
        foreach (var rule in rules.OfType<StatisticalRule>().Where(rule => rule.Measure.Task.Length > 0 && !known.Contains(rule.Measure.Task)))
        {
            var names = known.Count == 0 ? "there are none" : $"known are {string.Join(", ", known)}";
            _faults.Add(new YamlFault(lines.GetValueOrDefault(rule.Id, root.Mapping.Line), $"the rule '{rule.Id}' reads the task '{rule.Measure.Task}', which 'tasks' does not name; {names}"));
        }
    }

    /// <summary>Adds what validation found, but not on lines that could not even be read: one mistake, one fault.</summary>
    private void AddFailures(IEnumerable<ValidationFailure> failures, YamlMapping mapping, int from = 0)
    {
        var unread = _faults.Skip(from).Select(fault => fault.Line).ToHashSet();
        foreach (var failure in failures)
        {
            var line = mapping.LineOf(KeyOf(failure.PropertyName));
            if (!unread.Contains(line))
                _faults.Add(new YamlFault(line, failure.ErrorMessage));
        }
    }

    /// <summary>"Plan.AssumedDifference" → "plan.assumedDifference"; what rules share is written flat in the file.</summary>
    private static string KeyOf(string property) =>
        string.Join('.', property.Split('.').Where(part => part is not ("Head" or "Measure")).Select(part => char.ToLowerInvariant(part[0]) + part[1..]));
}
