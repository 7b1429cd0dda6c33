using System.Net.Http.Headers;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Images;

/// <summary>A form (<c>multipart/form-data</c>) with images, which go to the disk as they come, and values.</summary>
/// <param name="Files">In the order in which they came.</param>
/// <param name="Values">By their names.</param>
internal sealed record ImageForm(IReadOnlyList<ImageFile> Files, ILookup<string, string> Values)
{
    public const string Image = "image";

    /// <summary>How clients name the field of several images.</summary>
    public const string Images = "image[]";

    private const string Mask = "mask";
    private const int MostFiles = 17;

    /// <summary>Of all files of one form together; as published for one image, four times.</summary>
    private const long MostBytes = 200L * 1024 * 1024;
    private const int LongestValue = ImageRequest.LongestPrompt * 4;

    /// <summary>The last value of that name; null where there is none.</summary>
    public string? this[string name] => Values[name].LastOrDefault();

    /// <exception cref="ApiException">400 or 413.</exception>
    public static async Task<ImageForm> ReadAsync(HttpRequest request, FormFolder folder, CancellationToken cancellationToken)
    {
        var files = new List<ImageFile>();
        var left = MostBytes;
        var values = await UploadForm.ReadPartsAsync(
            request,
            "'image' and 'model'",
            async part =>
            {
                if (part.Field is not (Image or Images or Mask))
                {
                    return false;
                }

                if (files.Count == MostFiles)
                {
                    throw ApiException.Invalid(Image, $"A form may have {MostFiles} images, its mask among them.");
                }

                var path = Path.Combine(folder.Path, $"{files.Count}");
                left -= await UploadForm.SaveAsync(part.Body, path, left, cancellationToken);
                files.Add(new(part.Field, part.FileName ?? Image, part.ContentType, path));
                return true;
            },
            LongestValue,
            cancellationToken);
        return new(files, values);
    }

    /// <summary>The same form with the model's name there in place of the deployment's.</summary>
    public MultipartFormDataContent Content(string model)
    {
        var content = new MultipartFormDataContent();
        foreach (var file in Files)
        {
            var bytes = new StreamContent(File.OpenRead(file.Path));
            bytes.Headers.ContentType = MediaTypeHeaderValue.TryParse(file.ContentType, out var type) ? type : new("application/octet-stream");
            content.Add(bytes, file.Field, file.Name);
        }

        content.Add(new StringContent(model), "model");
        foreach (var (name, value) in Values.Where(values => values.Key != "model").SelectMany(values => values.Select(value => (values.Key, value))))
        {
            content.Add(new StringContent(value), name);
        }

        return content;
    }
}

/// <summary>A file of a form.</summary>
/// <param name="Field">The form's name for it.</param>
/// <param name="Name">The caller's name for it.</param>
/// <param name="ContentType">As the caller says; null where he does not.</param>
/// <param name="Path">Where it lies.</param>
internal sealed record ImageFile(string Field, string Name, string? ContentType, string Path);
