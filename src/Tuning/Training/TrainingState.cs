using System.Globalization;
using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.Artifacts.Safetensors;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;
using static TorchSharp.torch;

namespace Loragate.Tuning.Training;

/// <summary>
/// What a run has come to: parameters, moments, losses, and the parameters of the least validation loss. It is written as one file that appears whole or
/// not at all and names the request that it belongs to, so that an interrupted run goes on to the same bits.
/// </summary>
internal sealed class TrainingState : IDisposable
{
    private const string Run = "run";
    private const string Saved = "saved";
    private const string LossesName = "losses";
    private const string ValidationSteps = "validation.steps";
    private const string ValidationLosses = "validation.losses";

    private readonly TrainingWorkspace _workspace;
    private readonly Digest _run;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly List<Tensor> _best;
    private readonly List<double> _losses = [];
    private readonly List<ValidationLoss> _validations = [];

    private TrainingState(TrainingWorkspace workspace, IReadOnlyList<Parameter> parameters, AdamWOptions options, Digest run, bool keepsBest)
    {
        (_workspace, _parameters, _run) = (workspace, parameters, run);
        Optimizer = new AdamW(parameters, options);
        _best = keepsBest ? [.. parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope())] : [];
    }

    /// <summary>Steps that were made.</summary>
    public int Step => _losses.Count;

    /// <summary>The step of the least validation loss; without validation the last.</summary>
    public int SavedStep { get; private set; }

    /// <summary>The loss of each step.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The validation losses in order.</summary>
    public IReadOnlyList<ValidationLoss> Validations => _validations;

    /// <summary>What moves the parameters, with its moments.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The folder of the last checkpoint; null where there is none.</summary>
    public string? KeptIn => _workspace.HoldsState ? _workspace.Path : null;

    /// <summary>The state that an interrupted run of the same inputs left, or a new one.</summary>
    /// <param name="workspace">Where it lies.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="options">The optimiser's constants.</param>
    /// <param name="run">All inputs by content.</param>
    /// <param name="keepsBest">Whether the parameters of the least validation loss are kept.</param>
    /// <param name="fresh">Whether what was left is thrown away.</param>
    /// <param name="mayGoOn">Asked by content whether what was read may be gone on from; null where anything may.</param>
    /// <exception cref="TuningException">What was left is of another run, or no state, or may not be gone on from.</exception>
    public static TrainingState Open(TrainingWorkspace workspace, IReadOnlyList<Parameter> parameters, AdamWOptions options, Digest run, bool keepsBest, bool fresh, Func<Digest, bool>? mayGoOn = null)
    {
        var state = new TrainingState(workspace, parameters, options, run, keepsBest);
        try
        {
            if (fresh)
                File.Delete(workspace.StatePath);
            else if (workspace.HoldsState)
                state.ReadCheckpoint(mayGoOn);
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>The inputs, by content, of the run that a state's file is of; null where it says none.</summary>
    public static string? RunOf(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Header.Metadata.GetValueOrDefault(Run);
    }

    /// <summary>Notes a step that was made.</summary>
    /// <param name="loss">Its loss, in nats a token.</param>
    public void Note(double loss)
    {
        _losses.Add(loss);
        if (_best.Count == 0)
            SavedStep = Step;
    }

    /// <summary>Notes a validation loss and keeps the parameters where it is the least so far.</summary>
    public void Validated(double loss)
    {
        if (_validations.All(v => loss < v.Loss))
        {
            using var still = no_grad();
            SavedStep = Step;
            for (var i = 0; i < _best.Count; i++)
                _best[i].copy_(_parameters[i].Value);
        }
        _validations.Add(new ValidationLoss(Step, loss));
    }

    /// <summary>Gives the parameters the values of the least validation loss, where there was validation.</summary>
    public void RestoreBest()
    {
        using var still = no_grad();
        for (var i = 0; i < _best.Count; i++)
            _parameters[i].Value.copy_(_best[i]);
    }

    /// <summary>Writes the state in place of the one before.</summary>
    /// <exception cref="TuningException">It holds numbers that are not finite; the one before stays.</exception>
    public void WriteCheckpoint()
    {
        var next = _workspace.NextStatePath;
        File.Delete(next);
        double[] steps = [.. _validations.Select(v => (double)v.Step)], validations = [.. _validations.Select(v => v.Loss)];
        (string Name, double[] Values)[] numbers = [(LossesName, [.. _losses]), (ValidationSteps, steps), (ValidationLosses, validations)];
        var plans = Tensors().Select(t => new TensorPlan(t.Name, DType.F32, t.Value.shape)).Concat(numbers.Select(n => new TensorPlan(n.Name, DType.F64, [n.Values.Length])));
        using (var writer = SafetensorsWriter.Create(next, plans, new Dictionary<string, string> { [Run] = _run.Hex, [Saved] = SavedStep.ToString(CultureInfo.InvariantCulture) }))
        {
            foreach (var (name, value) in Tensors())
            {
                using var scope = NewDisposeScope();
                writer.Write(name, 0, TensorFile.Bytes(name, value, ScalarType.Float32));
            }
            foreach (var (name, values) in numbers)
                writer.Write(name, 0, MemoryMarshal.AsBytes(values.AsSpan()));
            writer.Flush();
            _workspace.TellNextState(() => writer.ComputeDigest());
        }
        File.Move(next, _workspace.StatePath, overwrite: true);
        PosixFile.SyncFolder(_workspace.Path);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        _best.ForEach(t => t.Dispose());
    }

    private IEnumerable<(string Name, Tensor Value)> Tensors()
    {
        for (var i = 0; i < _parameters.Count; i++)
        {
            yield return ("value." + _parameters[i].Name, _parameters[i].Value);
            yield return ("mean." + _parameters[i].Name, Optimizer.Means[i]);
            yield return ("square." + _parameters[i].Name, Optimizer.Squares[i]);
            if (_best.Count > 0)
                yield return ("best." + _parameters[i].Name, _best[i]);
        }
    }

    /// <summary>Whether it may be gone on from is asked of the file that was read, whatever stands in its place by now.</summary>
    private void ReadCheckpoint(Func<Digest, bool>? mayGoOn)
    {
        using var file = SafetensorsFile.Open(_workspace.StatePath);
        if (file.Header.Metadata.GetValueOrDefault(Run) != _run.Hex || !int.TryParse(file.Header.Metadata.GetValueOrDefault(Saved), NumberStyles.None, CultureInfo.InvariantCulture, out var saved))
            throw new TuningException(_workspace.StatePath, "left by an interrupted run with other inputs", "Repeat that run as it was, or throw away what it left (--fresh).");
        using var still = no_grad();
        foreach (var (name, value) in Tensors())
        {
            using var scope = NewDisposeScope();
            var read = empty(value.shape, dtype: ScalarType.Float32);
            file.Read(Find(file, name, DType.F32, value.shape), 0, read.bytes);
            value.copy_(read);
        }
        SavedStep = saved;
        _losses.AddRange(Numbers(file, LossesName));
        _validations.AddRange(Numbers(file, ValidationSteps).Zip(Numbers(file, ValidationLosses), (step, loss) => new ValidationLoss((int)step, loss)));
        if (mayGoOn?.Invoke(file.ComputeDigest()) == false)
            throw new TuningException(_workspace.StatePath, "was put in the place of the interrupted run's checkpoint while this run began", "Remove it, and the training begins anew.");
    }

    private static double[] Numbers(SafetensorsFile file, string name) =>
        file.Find(name) is { DType: DType.F64, Shape.Count: 1 } info ? MemoryMarshal.Cast<byte, double>(file.ReadAll(info)).ToArray() : throw NoState(file, name);

    private static TensorInfo Find(SafetensorsFile file, string name, DType type, long[] shape) =>
        file.Find(name) is { } info && info.DType == type && info.Shape.SequenceEqual(shape) ? info : throw NoState(file, name);

    private static TuningException NoState(SafetensorsFile file, string name) =>
        new(file.Path, $"'{name}' is missing or of another shape", "Throw away what the interrupted run left (--fresh).");
}
