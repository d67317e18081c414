using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Remote;

namespace Loragate.Cli.Evaluating;

/// <summary>A server, and what it is held against before it is believed to serve a model.</summary>
/// <param name="Server">The server.</param>
/// <param name="Probe">The probe of base and adapter.</param>
internal sealed record RemoteRequest(RemoteOptions Server, AdapterProbe Probe);
