using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Loragate.Architecture;

/// <summary>
/// docs/decisions/0007-scalars-are-held.md: no Torch scalar is without an owner, in the product and in its tests. Which of the wrapper's methods
/// make one inside (its <c>square</c> is <c>pow(2)</c>, its + is <c>add</c> with an alpha of 1) is read off the wrapper's own code, so that another version of it has another list.
/// </summary>
public sealed class HeldScalarTests
{
    private const string Scalar = "Scalar";
    private const string Conversion = "op_Implicit";

    private static readonly Lazy<IReadOnlySet<string>> Makers = new(FindMakers);

    public static TheoryData<string> Assemblies =>
        [.. Product.Libraries.Select(Product.AssemblyPath), Product.AssemblyPath(Product.Cli), .. new[] { "EvalHarness", "MergeEngine", "Tuning", "Cli" }.Select(Product.TestAssemblyPath)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_Torch_scalar_is_without_an_owner(string assembly) => Offenders.None(CallsOf(assembly).Where(Makers.Value.Contains));

    [Fact]
    public void The_search_knows_the_wrappers_methods_that_make_scalars_inside() =>
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "Scalar.op_Implicit(Double)", "Tensor.add(Tensor)", "Tensor.square()", "torch.square(Tensor)", "Tensor.op_Addition(Tensor,Tensor)", "Tensor.op_Multiply(Double,Tensor)",
            },
            Makers.Value.ToHashSet(StringComparer.Ordinal));

    private static List<string> CallsOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(handle => Call(metadata, metadata.GetMemberReference(handle))).OfType<string>()];
    }

    private static string? Call(MetadataReader metadata, MemberReference member) =>
        member.GetKind() == MemberReferenceKind.Method && member.Parent.Kind == HandleKind.TypeReference
            ? Text(metadata, metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name, member.Name, member.DecodeMethodSignature(SignatureNames.Instance, null))
            : null;

    private static string Text(MetadataReader metadata, StringHandle type, StringHandle name, MethodSignature<string> signature) =>
        $"{metadata.GetString(type)}.{metadata.GetString(name)}({string.Join(',', signature.ParameterTypes)})";

    /// <summary>The implicit conversions, and all methods of the wrapper that call one of them by some way.</summary>
    private static HashSet<string> FindMakers()
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll")));
        var metadata = file.GetMetadataReader();
        var texts = new Dictionary<int, string>();
        var makers = new HashSet<int>();
        var callers = new Dictionary<int, List<int>>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            var type = metadata.GetTypeDefinition(method.GetDeclaringType());
            var token = MetadataTokens.GetToken(handle);
            texts.Add(token, Text(metadata, type.Name, method.Name, method.DecodeSignature(SignatureNames.Instance, null)));
            if (metadata.StringComparer.Equals(type.Name, Scalar) && metadata.StringComparer.Equals(method.Name, Conversion))
                makers.Add(token);
            foreach (var called in method.RelativeVirtualAddress == 0 ? [] : Called(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
                (callers.TryGetValue(called, out var list) ? list : callers[called] = []).Add(token);
        }
        for (var next = new Stack<int>(makers); next.TryPop(out var maker);)
        {
            foreach (var caller in callers.GetValueOrDefault(maker, []).Where(makers.Add))
                next.Push(caller);
        }
        return [.. makers.Select(token => texts[token])];
    }

    /// <summary>Every token that follows a byte of call, callvirt or newobj (ECMA-335, III.3.19, III.4.2, III.4.21); an operand that looks like one makes the list longer, never shorter.</summary>
    private static IEnumerable<int> Called(byte[] code)
    {
        for (var i = 0; i + sizeof(int) < code.Length; i++)
        {
            if (code[i] is 0x28 or 0x6F or 0x73)
                yield return BitConverter.ToInt32(code, i + 1);
        }
    }
}
