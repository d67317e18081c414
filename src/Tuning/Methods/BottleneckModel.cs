using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>A model with bottlenecks that are trained.</summary>
internal sealed class BottleneckModel : TunedModel
{
    private readonly BottleneckMethod _method;
    private readonly Places _places;

    public BottleneckModel(BottleneckMethod method, LanguageModel model, ulong seed)
    {
        _method = method;
        _places = new Places(method.Size, model, seed);
        Model = model.Attach(_places, $"{model.Name} with {method.Name}");
    }

    public override LanguageModel Model { get; }

    public override IReadOnlyList<Parameter> Parameters => _places.Parameters;

    public override void Save(Checkpoint checkpoint, OutputFolder output, CancellationToken cancellation) => SavedAdapter.Write(
        output,
        SavedAdapter.Config(checkpoint, BottleneckFormat.Type, new()
        {
            ["bottleneck_size"] = _method.Size,
            ["target_modules"] = new JsonArray([.. _places.Names.Select(n => (JsonNode)n)]),
        }),
        Parameters,
        cancellation);

    public override void Dispose() => Model.Dispose();

    private sealed class Places(int size, LanguageModel model, ulong seed) : Attachment
    {
        /// <summary>What families call the module that ends a layer's attention or MLP.</summary>
        private static readonly HashSet<string> BranchEnds = new(StringComparer.Ordinal) { "o_proj", "out_proj", "dense", "c_proj", "down_proj", "fc2", "dense_4h_to_h" };

        private readonly List<Parameter> _parameters = [];
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private readonly Dictionary<int, int> _perLayer = [];

        public IReadOnlyList<Parameter> Parameters => _parameters;

        public IEnumerable<string> Names => _names.Order(StringComparer.Ordinal);

        public override LinearChange? OfLinear(string path, Tensor weight)
        {
            var name = ModulePath.LastName(path);
            if (!BranchEnds.Contains(name) || ModulePath.LayerOf(path) is not { } layer)
                return null;
            _names.Add(name);
            _perLayer[layer] = _perLayer.GetValueOrDefault(layer) + 1;
            var (rows, type) = (weight.shape[0], model.ParameterType());
            return new BottleneckChange
            {
                Down = Add(path, BottleneckFormat.Down, Initial.Uniform(path, seed, size, rows, type, model.Device)),
                DownBias = Add(path, BottleneckFormat.DownBias, Initial.Zeros(type, model.Device, size)),
                Up = Add(path, BottleneckFormat.Up, Initial.Zeros(type, model.Device, rows, size)),
                UpBias = Add(path, BottleneckFormat.UpBias, Initial.Zeros(type, model.Device, rows)),
            };
        }

        public override void RefuseUnused()
        {
            if (_perLayer.Count == 0 || _perLayer.Values.Any(count => count != 2))
                throw new TuningException("bottleneck", $"the layers of {model.Name} have no attention and MLP that end in one linear module each", "Tune this model by another method.");
        }

        protected override void Dispose(bool disposing) => _parameters.ForEach(p => p.Value.Dispose());

        private Tensor Add(string module, string part, Tensor value)
        {
            _parameters.Add(new Parameter($"{AdapterKey.Prefix}{module}.{part}", value));
            return value;
        }
    }
}
