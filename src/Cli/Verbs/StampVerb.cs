using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate stamp</c>: a time stamp inside a signature, for whoever has to prove when it was made.</summary>
internal static class StampVerb
{
    private const int MaxResponse = 1 << 20;

    public static Command Create(Tool tool)
    {
        var bundle = new Argument<string>("SIGNATURE") { Description = "The signature: model.sig, an approval, a waiver or a seal." };
        var request = new Option<string?>("--output") { Description = "Write the request (RFC 3161) for a time-stamping authority to this file.", HelpName = "FILE.tsq" };
        var response = new Option<string?>("--timestamp") { Description = "Put the authority's response into the signature.", HelpName = "FILE.tsr" };
        return Verb.Create(tool, "stamp", "Puts a time stamp into a signature: first --output makes the request, then --timestamp takes the authority's response. An approval is stamped before the gate runs again, a release after it was copied out of its dossier: seals cover what lies in it.",
            "loragate stamp model.sig --output request.tsq", [bundle, request, response], (parsed, _) =>
            {
                var path = parsed.GetValue(bundle)!;
                if (parsed.GetValue(request) is null == parsed.GetValue(response) is null)
                    throw new UsageException("Give either --output FILE.tsq or --timestamp FILE.tsr.");
                var signed = PlainFile.Read(path, SigstoreBundle.MaxBytes);
                if (parsed.GetValue(response) is { } answer)
                {
                    AtomicFile.Write(path, BundleStamp.Add(signed, PlainFile.Read(answer, MaxResponse), path));
                    tool.Screen.Say($"{path} holds the time stamp of {answer}.");
                }
                else
                {
                    AtomicFile.Write(parsed.GetValue(request)!, BundleStamp.Request(signed, path));
                    tool.Screen.Say($"Wrote {parsed.GetValue(request)}. Send it to a time-stamping authority as application/timestamp-query, then run this again with --timestamp RESPONSE.");
                }
                return ExitCode.Done;
            });
    }
}
