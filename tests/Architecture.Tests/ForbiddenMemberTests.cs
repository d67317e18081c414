using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Loragate.Architecture;

/// <summary>What depends on the moment, the machine or chance comes into a library as a parameter.</summary>
public sealed class ForbiddenMemberTests
{
    /// <summary>Library and member → why it may.</summary>
    private static readonly Dictionary<(string Project, string Member), string> Allowed = [];

    public static TheoryData<string> Libraries => [.. Product.Libraries];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_uses_no_console_clock_environment_or_unseeded_randomness(string project) =>
        Offenders.None(MembersUsedBy(project).Where(IsForbidden).Where(member => !Allowed.ContainsKey((project, member))));

    [Fact]
    public void The_search_sees_what_the_executable_does_with_the_console() =>
        Assert.Contains(MembersUsedBy(Product.Cli), member => IsForbidden(member) && member.StartsWith("System.Console.", StringComparison.Ordinal));

    private static bool IsForbidden(string member) =>
        member.StartsWith("System.Console.", StringComparison.Ordinal)
        || member is "System.DateTime.get_Now" or "System.DateTime.get_UtcNow" or "System.DateTime.get_Today"
            or "System.DateTimeOffset.get_Now" or "System.DateTimeOffset.get_UtcNow" or "System.TimeProvider.get_System"
            or "System.Environment.GetEnvironmentVariable" or "System.Environment.GetEnvironmentVariables" or "System.Environment.ExpandEnvironmentVariables"
            or "System.Environment.get_MachineName" or "System.Environment.get_UserName" or "System.Environment.Exit" or "System.Environment.FailFast"
            or "System.Random..ctor()" or "System.Random.get_Shared" or "System.Guid.NewGuid";

    private static IReadOnlyList<string> MembersUsedBy(string project)
    {
        using var file = new PEReader(File.OpenRead(Product.AssemblyPath(project)));
        var metadata = file.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(handle => Name(metadata, metadata.GetMemberReference(handle))).OfType<string>()];
    }

    private static string? Name(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference)
            return null;
        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        var name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
        return name.EndsWith("..ctor", StringComparison.Ordinal) && Parameters(metadata, member) == 0 ? name + "()" : name;
    }

    private static int Parameters(MetadataReader metadata, MemberReference member)
    {
        var signature = metadata.GetBlobReader(member.Signature);
        _ = signature.ReadSignatureHeader();
        return signature.ReadCompressedInteger();
    }
}
