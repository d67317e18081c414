using System.Globalization;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;

namespace Loragate.EvalHarness.Exchange;

/// <summary>
/// Writes scores as lm-evaluation-harness does, a results file and a samples file a task, so that its own tools read them and
/// its own runs can be held against them.
/// </summary>
public sealed class HarnessExport
{
    private const int BufferedCharacters = 1 << 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _folder;
    private readonly string _date;
    private readonly DateTimeOffset _now;
    private readonly string _model;
    private readonly List<ExportedTask> _tasks = [];

    /// <summary>An export into a folder, which is made if it is not there.</summary>
    /// <param name="folder">The folder; the harness itself takes one a model.</param>
    /// <param name="model">The model's name in the results.</param>
    /// <param name="now">The time in the files' names, as the harness's tools expect one there.</param>
    public HarnessExport(string folder, string model, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (_folder, _model, _now) = (folder, model, now);
        _date = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.ffffff", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Writes a task's samples file.</summary>
    /// <param name="question">What was asked.</param>
    /// <param name="items">The requests, as the model was asked them.</param>
    /// <param name="report">What it answered.</param>
    public void Add(EvaluationQuestion question, IEnumerable<TaskItem> items, EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(report);
        var samples = items.Zip(report.Items, (item, scored) => new HarnessSample(question.Task, item, scored)).ToList();
        AtomicFile.Write(Path.Combine(_folder, $"samples_{HarnessRun.Sanitize(question.Task.Name)}_{_date}.jsonl"), file =>
        {
            using var writer = new StreamWriter(file, Utf8, BufferedCharacters, leaveOpen: true);
            foreach (var line in question.Task.Chains.SelectMany(chain => samples.Select(sample => sample.Line(chain))))
                writer.Write(PythonJson.Line(line) + "\n");
        });
        _tasks.Add(new ExportedTask(question, report, HarnessSample.Hash(string.Concat(samples.Select(static sample => sample.Hashes)))));
    }

    /// <summary>Writes the results file.</summary>
    public void Finish(IReadOnlyList<GroupScore> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        AtomicFile.Write(Path.Combine(_folder, $"results_{_date}.json"), Encoding.UTF8.GetBytes(PythonJson.Indented(new HarnessResults(_model, _now, _tasks, groups).Document)));
    }
}
