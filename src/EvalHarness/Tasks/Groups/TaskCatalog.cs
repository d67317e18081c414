using Loragate.Artifacts;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>
/// The tasks, groups and tags of a folder by name, as lm-evaluation-harness finds them under <c>--include_path</c>. A file that cannot be read hides nothing:
/// it is told where a name is not found.
/// </summary>
public sealed class TaskCatalog
{
    private const int MaxFiles = 20_000;
    private const int MaxDepth = 16;
    private const int MaxMembers = 10_000;

    private readonly Dictionary<string, TaskFile> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskFile> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _tags = new(StringComparer.Ordinal);
    private readonly List<MalformedInputException> _faults = [];
    private readonly Dictionary<string, EvaluationTask> _loaded = new(StringComparer.Ordinal);
    private readonly string? _folder;

    private TaskCatalog(string? folder)
    {
        _folder = folder;
        if (folder is null)
            return;
        if (!Directory.Exists(folder))
            throw new TaskException(folder, "there is no such folder", "Check --include.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = false };
        foreach (var (file, index) in Directory.EnumerateFiles(folder, "*.yaml", options).Order(StringComparer.Ordinal).Select(static (file, index) => (file, index)))
        {
            if (index == MaxFiles)
                throw new TaskException(folder, $"more than {MaxFiles} task files");
            Add(file);
        }
    }

    /// <summary>Reads the task files below a folder; without one, only files can be named.</summary>
    /// <exception cref="TaskException">There is no such folder, or two files have the same name for a task or group.</exception>
    public static TaskCatalog Open(string? folder) => new(folder);

    /// <summary>What names of tasks, groups, tags or task files stand for.</summary>
    /// <exception cref="MalformedInputException">A name is not found, a file is malformed, or a group holds itself.</exception>
    public TaskSelection Select(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var groups = new OrderedDictionary<string, TaskGroup>(StringComparer.Ordinal);
        var tasks = new Dictionary<string, EvaluationTask>(StringComparer.Ordinal);
        foreach (var task in names.SelectMany(name => Resolve(name, [], groups)))
        {
            if (tasks.TryAdd(task.Name, task))
                continue;
            var different = tasks[task.Name] switch
            {
                var other when other.TaskDigest != task.TaskDigest => "two different task files have this name",
                var other when other.MayReadOtherDataThan(task) => "two equal task files have this name, and data of their own beside them",
                _ => null,
            };
            if (different is not null)
                throw new TaskException($"task '{task.Name}'", $"{different}, and a report is known by it", "Give one of the two another name, or evaluate them one after the other.");
        }
        return new TaskSelection([.. tasks.Values], [.. groups.Values.DistinctBy(static group => group.Name)]);
    }

    private IReadOnlyList<EvaluationTask> Resolve(string name, IReadOnlyList<string> open, OrderedDictionary<string, TaskGroup> groups)
    {
        if (open.Contains(name))
            throw new TaskException($"group '{name}'", $"the group holds itself through '{open[^1]}'");
        if (_groups.TryGetValue(name, out var group))
            return Group(name, group, open, groups);
        if (_tasks.TryGetValue(name, out var task))
            return [Load(name, task)];
        if (_tags.TryGetValue(name, out var tagged))
            return [.. tagged.Select(one => Load(one, _tasks[one]))];
        return open.Count == 0 && File.Exists(name) ? OfFile(name, groups) : throw Unknown(name);
    }

    private IReadOnlyList<EvaluationTask> OfFile(string path, OrderedDictionary<string, TaskGroup> groups)
    {
        var file = TaskFile.Load(path);
        var name = NameOf(file, "group");
        return name is null ? [EvaluationTask.Of(file)] : Group(name, file, [], groups);
    }

    /// <summary>The tasks of a group. Each file is walked once, however many groups name it.</summary>
    private IReadOnlyList<EvaluationTask> Group(string name, TaskFile file, IReadOnlyList<string> open, OrderedDictionary<string, TaskGroup> groups)
    {
        if (groups.TryGetValue(file.Path, out var known))
            return known.Tasks;
        var keys = new TaskKeys(file.Entries, file.Path);
        if (open.Count == MaxDepth)
            throw keys.Fault("task", $"groups within groups, more than {MaxDepth} deep");
        _ = keys.Text("group");
        // As in the harness, an empty alias is none (lm_eval/api/group.py, display_name).
        var alias = keys.Text("group_alias") is { Length: > 0 } text ? text : name;
        keys.Ignore("metadata", "tag");
        var members = keys.Texts("task") is { Count: > 0 } texts ? texts : throw keys.Fault("task", "a group without tasks");
        if (members.Count > MaxMembers)
            throw keys.Fault("task", $"a group of {members.Count} members, more than {MaxMembers}");
        IReadOnlyList<GroupMetric> metrics = [.. (keys.Maps("aggregate_metric_list") ?? []).SelectMany(GroupMetric.Parse)];
        keys.Done();
        IReadOnlyList<EvaluationTask> tasks = [.. members.SelectMany(member => Resolve(member, [.. open, name], groups)).DistinctBy(static task => task.Name)];
        groups.Add(file.Path, new TaskGroup(name, tasks, metrics) { Alias = alias });
        return tasks;
    }

    private EvaluationTask Load(string name, TaskFile file)
    {
        if (!_loaded.TryGetValue(name, out var task))
            _loaded.Add(name, task = EvaluationTask.Of(file));
        return task;
    }

    private void Add(string path)
    {
        TaskFile file;
        try
        {
            file = TaskFile.Load(path);
        }
        catch (MalformedInputException fault)
        {
            _faults.Add(fault);
            return;
        }
        if (NameOf(file, "group") is { } group)
            Add(_groups, group, file);
        else if (NameOf(file, "task") is { } task)
            AddTask(task, file);
    }

    private void AddTask(string name, TaskFile file)
    {
        Add(_tasks, name, file);
        foreach (var tag in new TaskKeys(file.Entries, file.Path).Texts("tag") ?? [])
        {
            if (!_tags.TryGetValue(tag, out var tagged))
                _tags.Add(tag, tagged = []);
            tagged.Add(name);
        }
    }

    private void Add(Dictionary<string, TaskFile> files, string name, TaskFile file)
    {
        if ((_tasks.GetValueOrDefault(name) ?? _groups.GetValueOrDefault(name)) is { } other)
            throw new TaskException(file.Path, $"the name '{name}' is that of {other.Path}, too", "Give one of the two another name.");
        files.Add(name, file);
    }

    private static string? NameOf(TaskFile file, string key) => file.Entries.GetValueOrDefault(key) is YamlScalar { Value: StringValue name } ? name.Content : null;

    private TaskException Unknown(string name) => new(
        name,
        _folder is null ? "neither a task file nor, without a folder of tasks, a name" : $"neither a task file nor a task, group or tag in {_folder}{Unread()}",
        "Name a file, or a task of the folder that --include names.");

    private string Unread() => _faults.Count == 0 ? "" : $"; {_faults.Count} files there cannot be read, the first: {_faults[0].Message}";
}
